"""The short codes that files, rows and button data share: keys and region codes."""

from typing import Annotated

from pydantic import Field

RegionCode = Annotated[
    str, Field(pattern=r"^\d{2}(\d{2}(\d{2})?)?$", description='a region code in quotes, like "64" or "6401"')
]
RegencyCode = Annotated[
    str, Field(pattern=r"^\d{4}$", description='the code of a kabupaten or kota in quotes, like "6401"')
]
Key = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9-]{0,15}$",
        description='a short key of a-z, 0-9 and "-", starting with a letter, at most 16 characters',
    ),
]
"""At most 16 ASCII characters, because keys travel in button data, which holds 64 bytes."""
