"""The words between the press and its parent: one message is two lengths, a JSON head and a body of bytes."""

import json
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO


def read(stream: BinaryIO, size: int) -> bytes:
    """Read exactly ``size`` bytes; EOFError when the other side is gone."""
    data = stream.read(size)
    if len(data) != size:
        raise EOFError
    return data


def read_frame(stream: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """Read one message: its JSON head and its body."""
    head_size, body_size = struct.unpack(">II", read(stream, 8))
    head: dict[str, Any] = json.loads(read(stream, head_size))
    return head, read(stream, body_size)


def write_frame(stream: BinaryIO, head: Mapping[str, Any], body: bytes = b"") -> None:
    """Write one message."""
    packed = json.dumps(head, ensure_ascii=False).encode()
    stream.write(struct.pack(">II", len(packed), len(body)) + packed + body)
    stream.flush()
