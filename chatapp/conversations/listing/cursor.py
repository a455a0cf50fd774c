"""A place in a list, as the page hands it back: a moment and an id."""

import base64
import datetime
import struct

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def write(moment: datetime.datetime, pk: int) -> str:
    micro = (moment - EPOCH) // datetime.timedelta(microseconds=1)
    return base64.urlsafe_b64encode(struct.pack(">qq", micro, pk)).decode().rstrip("=")


def read(cursor: str) -> tuple[datetime.datetime, int] | None:
    """None if it is not one of ours."""
    try:
        micro, pk = struct.unpack(">qq", base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return EPOCH + datetime.timedelta(microseconds=micro), pk
    except (ValueError, struct.error, OverflowError):
        return None
