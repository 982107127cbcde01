"""Functions whose names others have too, and the script of *Copy as Python* itself."""


def gaussian(image, shift: int = 3):
    return image + shift


def process(image, factor: int = 2):
    return image // factor


def image(image, factor: int = 3):
    return image // factor


def pipeline(image, factor: int = 4):
    return image // factor


def partial(image, factor: int = 5):
    return image // factor


def float(image, low: float = 0.0):
    return (image > low) * image


async def asyncio(image, factor: int = 6):
    return image // factor


def chain(image, factor: int = 7):
    return image // factor
