"""The picture on its way to the page: what `ImageView.frame` holds."""

from typing import Any


def make_picture(
    *,
    seq: int,
    captured_at: float,
    data: bytes,
    stream: int = 0,
    opacity: bytes = b"",
    overlay: bytes = b"",
) -> dict[str, Any]:
    """Return what travels to the page in one message.

    Parameters
    ----------
    seq : int
        Counts up within a stream.
    captured_at : float
        When the picture was taken: seconds since the epoch.
    data : bytes
        A whole jpeg, webp or png file.
    stream : int, default 0
        Tells streams apart.
    opacity : bytes, default b""
        Where it is transparent, if `data` does not say so itself: see
        `panel_cam.imaging.opacity`.
    overlay : bytes, default b""
        The shapes over it: see `panel_cam.imaging.shape_packet.pack`.

    Returns
    -------
    picture : dict
        With a key for each of them; without `opacity` and `overlay` where they are
        empty.

    Examples
    --------
    >>> make_picture(seq=1, captured_at=1.5, data=b"...")
    {'stream': 0, 'seq': 1, 'captured_at': 1.5, 'data': b'...'}
    """
    picture = {"stream": stream, "seq": seq, "captured_at": captured_at, "data": data}
    beside = {"opacity": opacity, "overlay": overlay}
    return picture | {name: each for name, each in beside.items() if each}
