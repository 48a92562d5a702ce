"""How like a picture is to another of its size: PSNR over RGB, SSIM of the luma."""
import matplotlib.image
import numpy as np

SAME = 100.0  # the PSNR of equal pictures, whose ratio has no bound: so that means can be taken
PEAK = 255.0
WINDOW = 11
SIGMA = 1.5


def psnr(a, b):
    """dB over the samples of all channels; `SAME` at most."""
    mean = np.mean((a - b) ** 2)
    return SAME if mean == 0 else min(SAME, 10 * np.log10(PEAK * PEAK / mean))


def ssim(a, b):
    """Structural similarity of two pictures' luma (ITU-R BT.601): 1 for equal ones.

    Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from error visibility to structural similarity", 2004, with
    the constants given there: a Gaussian window of 11x11 and a standard deviation of 1.5, the mean over the windows that
    lie within the picture.
    """
    x, y = luma(a), luma(b)
    c1, c2 = (0.01 * PEAK) ** 2, (0.03 * PEAK) ** 2
    mean_x, mean_y = blur(x), blur(y)
    means, squares = mean_x * mean_y, mean_x**2 + mean_y**2
    covariance, variances = blur(x * y) - means, blur(x * x) + blur(y * y) - squares
    return np.mean((2 * means + c1) * (2 * covariance + c2) / ((squares + c1) * (variances + c2)))


def luma(rgb):
    return rgb @ np.array([0.299, 0.587, 0.114])


def blur(values):
    distance = np.arange(WINDOW) - WINDOW // 2
    weights = np.exp(-(distance**2) / (2 * SIGMA**2))
    weights /= weights.sum()
    for axis in (1, 0):
        values = np.lib.stride_tricks.sliding_window_view(values, WINDOW, axis=axis) @ weights
    return values


def read(path):
    """Samples 0 to 255, [height, width, 3]."""
    return np.rint(matplotlib.image.imread(path)[..., :3] * PEAK).astype(float)
