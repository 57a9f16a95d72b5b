"""A stranger's picture, opened in a process of its own: with little memory, little time, and nothing in its hands.

Decoders are large and meet hostile bytes with errors of every kind; what breaks or swallows memory here is a process
that was made for one picture and is gone afterwards. It reads the bytes from its input and writes a tidy JPEG.
"""

import subprocess
import sys

from storefront.pictures import LARGEST, NotAPicture, PictureTooLarge

MOST_MEMORY = 768 * 1024 * 1024
MOST_SECONDS = 10
TOO_LARGE = 3


def tidied(data: bytes) -> bytes:
    """A JPEG without place, camera or any other metadata. Raises `NotAPicture` or `PictureTooLarge`."""
    if len(data) > LARGEST:
        raise PictureTooLarge(f"{len(data)} bytes")
    command = [
        sys.executable,
        "-I",
        "-c",
        f"import sys; sys.path[:0] = {sys.path!r}\nimport {__name__} as room; room.main()",
    ]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=MOST_SECONDS, check=False, env={})  # noqa: S603 - our own command, and nothing of it comes from outside
    except subprocess.TimeoutExpired:
        raise PictureTooLarge(f"more than {MOST_SECONDS} s") from None
    if done.returncode == TOO_LARGE:
        raise PictureTooLarge("more pixels than a phone would send")
    if done.returncode or not done.stdout:
        raise NotAPicture(f"exit {done.returncode}")
    return done.stdout


def main() -> None:
    """The child: limits first, then the picture."""
    limit()
    from storefront import pictures

    try:
        sys.stdout.buffer.write(pictures.tidy(sys.stdin.buffer.read(LARGEST + 1)))
    except PictureTooLarge:
        sys.exit(TOO_LARGE)
    except NotAPicture:
        sys.exit(1)


def limit() -> None:
    """As little as a picture needs; where the system knows no such limits, the time alone is limited."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
