"""Whom TLS trusts: the system's own certificate store, always verified, with no switch to turn it
off.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping

_EXPIRED = 10
_UNKNOWN = frozenset({2, 18, 19, 20, 21})
_OTHER_HOST = frozenset({62, 63, 64})


class TrustFault(ValueError):
    """The certificate settings of this system cannot be used; the message names the setting."""


def trust_context(environ: Mapping[str, str]) -> ssl.SSLContext:
    """A context that trusts what the system trusts, and the file of SSL_CERT_FILE.

    Raises TrustFault.
    """
    import truststore

    context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    extra = environ.get("SSL_CERT_FILE", "")
    if extra:
        try:
            context.load_verify_locations(cafile=extra)
        except OSError:
            raise TrustFault(
                "SSL_CERT_FILE names a file that is not there or holds no certificate. "
                "Remove the setting or let it name a PEM file."
            ) from None
    return context


def trust_sentence(error: BaseException) -> str | None:
    """What is wrong with the other side's certificate, None when an error is not about trust."""
    cause = _tls_error(error)
    match cause:
        case None:
            return None
        case ssl.SSLCertVerificationError(verify_code=code) if code == _EXPIRED:
            return "The server's certificate has expired. Is this computer's clock right?"
        case ssl.SSLCertVerificationError(verify_code=code) if code in _OTHER_HOST:
            return "The server's certificate belongs to another name."
        case ssl.SSLCertVerificationError(verify_code=code) if code in _UNKNOWN:
            return (
                "The server's certificate comes from an authority this computer does not know. "
                "In a company network its certificate belongs into the system's store."
            )
        case ssl.SSLCertVerificationError():
            return f"The server's certificate is not valid: {cause.verify_message}."
        case _:
            return "A secure connection could not be agreed on with the server (TLS)."


def _tls_error(error: BaseException | None) -> ssl.SSLError | None:
    for _ in range(8):
        if error is None or isinstance(error, ssl.SSLError):
            return error
        error = error.__cause__ or error.__context__
    return None
