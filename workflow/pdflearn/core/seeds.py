"""Seeds from what a thing is, never from its place in a list or the time."""

import hashlib


def seed_of(*parts: object) -> int:
    """A seed (64 bits) from what identifies a thing: the study's seed, a name, a number."""
    text = "\0".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
