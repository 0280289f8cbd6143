"""How well a machine thinks a photographed paper can be read: four numbers taken from its grey picture.

    picture ─▶ grey, long side 1,000 px ─┬─▶ paper      how bright the paper is
                                         ├─▶ writing    how much of it carries strokes
                                         ├─▶ sharpness  how much of an edge a few pixels climb
                                         └─▶ glare      the largest patch burnt out inside the picture

The thresholds were measured on the made-up papers in tests/data/papers, which a test holds them to.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageMath

LONG_SIDE = 1000
"""Pixels; enough to read an identity card that fills the picture."""

WINDOW = 16
"""Pixels over which a stroke is followed: wider than its blurred edge, narrower than a word."""

EDGE = 6
"""Pixels within which a readable stroke climbs from ink to paper; a smear is wider."""

STROKE = 40
"""Grey levels (of 255) between ink and paper from which an edge counts as writing."""

GRAIN = 0.7
"""Pixels; radius of the blur that takes a sensor's noise away before edges are looked at."""

BURNT = 250
"""Grey level from which nothing of the paper is left."""

LIGHT, WHITE_PAPER = 128, 0.35
"""What counts as light, and the share of it that is burnt when white paper lies in plain light."""

CELL = 12
"""Pixels; side of the squares in which burnt areas are looked for, about a line of text."""


@dataclass(frozen=True, slots=True)
class Legibility:
    """What was measured. `paper`: grey level, 0 to 255. The others are shares, 0 to 1."""

    paper: int
    writing: float
    sharpness: float
    glare: float


def measure(grey: Image.Image) -> Legibility:
    """Measure a grey picture (mode L) of at most `LONG_SIDE` pixels a side."""
    calm = grey.filter(ImageFilter.GaussianBlur(GRAIN))
    lying, standing = _strokes(calm), _strokes(calm.transpose(Image.Transpose.TRANSPOSE))
    return Legibility(
        paper=_percentile(grey.histogram(), 0.95),
        writing=max(lying[0], standing[0]),
        # A moving hand smears one direction only, so the worse one counts.
        sharpness=min(lying[1], standing[1]),
        glare=_glare(grey),
    )


def _strokes(grey: Image.Image) -> tuple[float, float]:
    """Along the rows: the share of the picture that carries strokes, and how sharp their edges are.

    An edge is as sharp as the share of the whole climb within the window that `EDGE` pixels climb: light and contrast
    do not count. A quarter of the writing may be less sharp than the answer says.
    """
    if grey.width <= 2 * WINDOW:
        return 0.0, 0.0
    climb = ImageChops.difference(grey, ImageChops.offset(grey, -EDGE, 0))
    inside = (0, 0, grey.width - WINDOW, grey.height)
    steepest = _over(climb, WINDOW - EDGE, ImageChops.lighter).crop(inside)
    brightest, darkest = _over(grey, WINDOW, ImageChops.lighter), _over(grey, WINDOW, ImageChops.darker)
    span = ImageChops.subtract(brightest, darkest).crop(inside)
    strokes = span.point([255 if level >= STROKE else 0 for level in range(256)])
    steepness = ImageMath.lambda_eval(
        lambda its: its["convert"](its["steepest"] * 255 / its["max"](its["span"], 1), "L"),
        steepest=steepest,
        span=span,
    )
    share = strokes.histogram()[255] / (strokes.width * strokes.height)
    return share, _percentile(steepness.histogram(strokes), 0.25) / 255


def _over(grey: Image.Image, width: int, pick: Callable[[Image.Image, Image.Image], Image.Image]) -> Image.Image:
    """Return for each pixel the brightest or darkest of the `width` pixels from it to the right."""
    reach = 1
    while reach < width:
        further = min(reach, width - reach)
        grey, reach = pick(grey, ImageChops.offset(grey, -further, 0)), reach + further
    return grey


def _glare(grey: Image.Image) -> float:
    """Return the largest burnt-out patch that does not reach the border, as a share of the picture.

    White that reaches the border is the lid of a scanner or a window behind, not a lamp on the paper; and where much of
    what is light is burnt, white paper lies in plain light, and its ink still stands out.
    """
    columns, rows = grey.width // CELL, grey.height // CELL
    histogram = grey.histogram()
    if not columns or not rows or sum(histogram[BURNT:]) > WHITE_PAPER * sum(histogram[LIGHT:]):
        return 0.0
    framed = Image.new("L", (columns + 2, rows + 2), 255)
    framed.paste(_burnt_squares(grey, columns, rows), (1, 1))
    ImageDraw.floodfill(framed, (0, 0), 0)
    return _largest_patch(framed) / (columns * rows)


def _burnt_squares(grey: Image.Image, columns: int, rows: int) -> Image.Image:
    """Return a pixel for each square of `CELL` pixels, white where the darkest in it is burnt out."""
    darkest = grey
    for _ in range(2):
        darkest = _over(darkest, CELL, ImageChops.darker).transpose(Image.Transpose.TRANSPOSE)
    # The next step reads the middle of a square, where the darkest pixel of the square must therefore stand.
    darkest = ImageChops.offset(darkest, CELL // 2, CELL // 2)
    darkest = darkest.resize((columns, rows), Image.Resampling.NEAREST, (0, 0, columns * CELL, rows * CELL))
    return darkest.point([255 if level >= BURNT else 0 for level in range(256)])


def _largest_patch(squares: Image.Image) -> int:
    """Return how many of the white squares hang together at most. Blackens the picture as it counts."""
    largest = 0
    while (at := squares.tobytes().find(255)) >= 0:
        white = squares.histogram()[255]
        ImageDraw.floodfill(squares, (at % squares.width, at // squares.width), 0)
        largest = max(largest, white - squares.histogram()[255])
    return largest


def _percentile(histogram: list[int], share: float) -> int:
    """Return the grey level that `share` of the counted pixels do not exceed; 0 if none were counted."""
    wanted, seen = sum(histogram) * share, 0
    for level, count in enumerate(histogram):
        seen += count
        if count and seen >= wanted:
            return level
    return 0
