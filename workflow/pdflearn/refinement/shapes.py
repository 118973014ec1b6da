"""Particles that are no plain spheres: what their shape leaves of the bulk's G(r)."""

import numpy as np

from pdflearn.simulation.shape import spherical_shape

N_DIRECTIONS = 24  # Gauss-Legendre points over the directions of a spheroid


def particle_shape(
    r: np.ndarray, shape: str, inverse_diameter: float, aspect: float, core: float
) -> np.ndarray:
    """The characteristic function of a particle on r.

    Parameters
    ----------
    r : array (n,)
        Angstrom.
    shape : {"spheroid", "core-shell"}
        "core-shell": of the shell alone, around a sphere of another phase.
    inverse_diameter : float
        1/angstrom: of the spheroid's equator, or of the whole particle. 0 is bulk.
    aspect : float
        Logarithm of the spheroid's axis of rotation over its diameter at the equator.
    core : float
        Diameter of the core over that of the particle.

    Returns
    -------
    array (n,)
        1 at r = 0, 0 where no two points are so far apart.

    Examples
    --------
    >>> r = np.array([0.0, 10.0, 30.0])
    >>> particle_shape(r, "spheroid", 1 / 20, 0.0, 0.0).round(4)
    array([1.    , 0.3125, 0.    ])
    """
    if inverse_diameter <= 1e-7:
        return np.ones(len(r))
    diameter = 1 / inverse_diameter
    if shape == "core-shell":
        return shell_shape(r, diameter, core * diameter)
    return spheroid_shape(r, diameter, diameter * np.exp(aspect))


def spheroid_shape(r: np.ndarray, equatorial: float, polar: float) -> np.ndarray:
    """The characteristic function of a spheroid: the mean of spheres' over all directions.

    A spheroid is a sphere whose lengths are stretched along one axis, so a distance r along a
    direction overlaps as r over the spheroid's diameter along it does in a sphere.

    Parameters
    ----------
    r : array (n,)
        Angstrom.
    equatorial, polar : float
        Diameters across and along the axis of rotation, angstrom.

    References
    ----------
    R. C. Howell, T. Proffen and S. D. Conradson, Phys. Rev. B 73 (2006) 094107.
    """
    nodes, weights = np.polynomial.legendre.leggauss(N_DIRECTIONS)
    cosines, weights = 0.5 * (nodes + 1), 0.5 * weights
    across = 1 / np.sqrt((1 - cosines**2) / equatorial**2 + cosines**2 / polar**2)
    return weights @ spherical_shape(r[None], across[:, None])


def shell_shape(r: np.ndarray, outer: float, inner: float) -> np.ndarray:
    """The characteristic function of a spherical shell.

    Parameters
    ----------
    r : array (n,)
        Angstrom.
    outer, inner : float
        Diameters, angstrom.

    References
    ----------
    The overlaps of spheres: K. Kodama et al., Acta Cryst. A62 (2006) 444, generalised to two radii
    by the volume of the lens that two spheres share.

    Examples
    --------
    >>> shell_shape(np.array([0.0, 100.0]), 40.0, 30.0)
    array([1., 0.])
    """
    if inner <= 0:
        return spherical_shape(r, outer)
    volume_out, volume_in = outer**3, inner**3
    both = _lens(r, 0.5 * outer, 0.5 * inner) * 6 / np.pi
    overlap = (
        volume_out * spherical_shape(r, outer) + volume_in * spherical_shape(r, inner) - 2 * both
    )
    return overlap / (volume_out - volume_in)


def _lens(d: np.ndarray, large: float, small: float) -> np.ndarray:
    """The volume (angstrom^3) that two spheres share whose centres are d apart."""
    inside = 4 / 3 * np.pi * small**3
    apart = np.maximum(d, 1e-9)
    lens = (
        np.pi
        * (large + small - apart) ** 2
        * (apart**2 + 2 * apart * (large + small) - 3 * (large - small) ** 2)
        / (12 * apart)
    )
    return np.where(d <= large - small, inside, np.where(d >= large + small, 0.0, lens))
