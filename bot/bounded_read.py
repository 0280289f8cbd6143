"""Reads an HTTP response up to a limit, counted while bytes arrive; the declared length counts for nothing."""

import aiohttp

LARGEST_FILE = 20 * 1024 * 1024
"""Bytes; Telegram gives out no larger file to a bot."""

LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes of any other answer, unpacked; a hundred updates of the longest messages are some 3 MB."""

PIECE = 1 << 16
FILE_TIMES = aiohttp.ClientTimeout(total=120, sock_connect=10, sock_read=60)
"""Seconds; the first is for a whole file, however slowly it comes."""


class TooBig(Exception):
    """More bytes arrived than allowed, independent of the declared length."""


class NoFile(Exception):
    """The file server answered with something else than a whole file."""


async def download_whole(session: aiohttp.ClientSession, url: str) -> bytes:
    """Download a file's bytes as they are stored. Raises TooBig, NoFile, and what aiohttp raises.

    No redirect is followed, no part of a file counts, nothing is unpacked: a bomb of gzip stays small.
    """
    plain = {"Accept-Encoding": "identity"}
    async with session.get(
        url, headers=plain, timeout=FILE_TIMES, allow_redirects=False, auto_decompress=False
    ) as response:
        if response.status != 200:
            raise NoFile(response.status)
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise NoFile("encoded")
        return await read_at_most(response, LARGEST_FILE)


async def read_at_most(response: aiohttp.ClientResponse, most: int) -> bytes:
    """Read the body. Raises TooBig."""
    content = bytearray()
    async for piece in response.content.iter_chunked(PIECE):
        content += piece
        if len(content) > most:
            raise TooBig
    return bytes(content)
