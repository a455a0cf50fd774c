"""Where a page of results ended, as text that says nothing to a reader."""

import base64
import datetime
import struct

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def write_place(moment: datetime.datetime, pk: int) -> str:
    micro = round(moment.timestamp() * 1_000_000)
    return base64.urlsafe_b64encode(struct.pack(">qq", micro, pk)).decode().rstrip("=")


def read_place(cursor: str) -> tuple[datetime.datetime, int] | None:
    """None if the cursor is none."""
    try:
        micro, pk = struct.unpack(">qq", base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return _EPOCH + datetime.timedelta(microseconds=micro), pk
    except (ValueError, struct.error, OverflowError):
        return None
