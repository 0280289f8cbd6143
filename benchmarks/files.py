"""Measures what it costs to rebuild the files that people send, and whether replies wait for it.

python -m benchmarks.files         a phone's photo, a scanner's pages; goal: less than 1 s of CPU each

CPU is that of the decoding process, its start included. The lag is how late the bot's event loop wakes from a sleep
of 5 ms (p95), with nothing to do and beside files that are rebuilt without a pause.
"""

import asyncio
import resource
import sys
import time
from io import BytesIO
from statistics import median, quantiles

from PIL import Image, ImageDraw

from bot.decoding import Decoder

MOST_CPU, TIMES, WINK = 1.0, 5, 0.005


def sheet(width: int, height: int, letters: int) -> Image.Image:
    """Grain as a lens or a scanner leaves it, and lines of writing."""
    paper = Image.effect_noise((width, height), 24).point(lambda level: min(255, level + 90)).convert("RGB")
    draw = ImageDraw.Draw(paper)
    for y in range(60, height - 60, 2 * letters):
        draw.text((60, y), "NIK 6472055708959001 Kel. Melayu RT 003/001 " * 6, fill=(30, 30, 40), font_size=letters)
    return paper


def encoded(picture: Image.Image, kind: str, **more: object) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **more)
    return file.getvalue()


def files() -> dict[str, bytes]:
    page = sheet(2480, 3508, 34)
    return {
        "photo of a phone, 12 megapixels": encoded(sheet(4000, 3000, 30), "JPEG", quality=90),
        "photo as Telegram sends it": encoded(sheet(1280, 960, 24), "JPEG", quality=87),
        "scan, A4 in colour at 300 dpi": encoded(page, "PDF", resolution=300, quality=85),
        "scan, A4 in black and white at 300 dpi": encoded(page.convert("1"), "PDF", resolution=300),
    }


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def lag(seconds: float) -> float:
    """Return the milliseconds by which 95 of 100 short sleeps were at most too long."""
    late, over = [], time.monotonic() + seconds
    while time.monotonic() < over:
        began = time.monotonic()
        await asyncio.sleep(WINK)
        late.append(1000 * (time.monotonic() - began - WINK))
    return quantiles(late, n=20)[-1]


async def flood(content: bytes) -> None:
    decoder = Decoder()
    while True:
        await decoder.rebuilt(content)


async def measured() -> bool:
    well = True
    print("| file | MB sent | MB kept | CPU s | |", "|---|---:|---:|---:|---|", sep="\n")
    for name, content in files().items():
        used = []
        for _ in range(TIMES):
            before = cpu_of_children()
            made = await Decoder().rebuilt(content)
            used.append(cpu_of_children() - before)
        well = well and median(used) < MOST_CPU
        verdict = "met" if median(used) < MOST_CPU else "**missed**"
        sizes = f"{len(content) / 1e6:.2f} | {len(made.content) / 1e6:.2f}"
        print(f"| {name} | {sizes} | {median(used):.2f} | {verdict} |", flush=True)
    alone = await lag(5)
    task = asyncio.create_task(flood(files()["photo of a phone, 12 megapixels"]))
    beside = await lag(10)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    print(f"\nLag of the event loop, p95: {alone:.1f} ms alone, {beside:.1f} ms beside files without a pause.")
    return well


def main() -> None:
    sys.exit(0 if asyncio.run(measured()) else 1)


if __name__ == "__main__":
    main()
