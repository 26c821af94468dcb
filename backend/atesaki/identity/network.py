"""Whose network address a call comes from, as calls of one caller are counted together."""

from ipaddress import IPv6Address, ip_address, ip_network


def network_of(host: str) -> str:
    """Return the network that calls from a host are counted for, such as `192.0.2.7` or `2001:db8:0:1::/64`.

    A single IPv6 caller has a whole /64 (RFC 6177 §2) and by itself takes new addresses in it (RFC 8981);
    an IPv4-mapped address (RFC 4291 §2.5.5.2) is the IPv4 address. What is no address is returned as it is.
    """
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or ip_network((address, 64), strict=False))
