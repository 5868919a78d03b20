"""Certificates are always verified, against real TLS servers, each fault with its own sentence."""

from __future__ import annotations

import asyncio
import ssl
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from flux_studio.core.errors import NotSent, Reason, Unreachable
from flux_studio.providers.calls import Call, Service
from flux_studio.providers.trust import TrustFault, trust_context, trust_sentence
from tests.providers.plain_host import with_session

ANSWER = b'HTTP/1.1 200 OK\r\ncontent-length: 11\r\nconnection: close\r\n\r\n{"id": "1"}'


def certificate(folder: Path, *, name: str = "127.0.0.1", days: int = 30) -> Path:
    """A self-signed certificate with its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "twin")])
    now = datetime.now(UTC)
    other = x509.IPAddress(ip_address(name))
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([other]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}-{days}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@contextmanager
def tls_server(pem: Path, most: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> Iterator[str]:
    """A TLS server on loopback; gives its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    if most < ssl.TLSVersion.TLSv1_2:
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings(action="ignore"):  # old TLS is what this is about
            context.minimum_version = most
            context.maximum_version = most
    ready = threading.Event()
    facts: dict[str, object] = {}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(ANSWER)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, _context: None)  # failed handshakes are the point
        facts["loop"], stop = loop, asyncio.Event()
        facts["stop"] = stop
        server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
        facts["port"] = server.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        server.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait(10)
    try:
        yield f"https://127.0.0.1:{facts['port']}"
    finally:
        loop, stop = facts["loop"], facts["stop"]
        assert isinstance(loop, asyncio.AbstractEventLoop)
        assert isinstance(stop, asyncio.Event)
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)


def refusal(base: str, environ: dict[str, str] | None = None) -> NotSent:
    call = Call(Service("Plain", base), "POST", "/x", json={})
    with pytest.raises(NotSent) as caught:
        with_session(lambda s: s.submit(call), environ=environ)
    with pytest.raises(Unreachable) as again:
        with_session(lambda s: s.read(call), environ=environ)
    assert again.value.reason is caught.value.reason
    assert str(again.value) == str(caught.value)
    return caught.value


def test_an_unknown_authority_is_refused_and_one_that_is_trusted_is_not(tmp_path):
    pem = certificate(tmp_path)
    with tls_server(pem) as base:
        error = refusal(base)
        assert error.reason is Reason.UNTRUSTED
        assert "authority" in str(error)
        call = Call(Service("Plain", base), "POST", "/x", json={})
        reply = with_session(lambda s: s.submit(call), environ={"SSL_CERT_FILE": str(pem)})
        assert reply.json == {"id": "1"}


def test_an_expired_certificate_is_refused(tmp_path):
    pem = certificate(tmp_path, days=-1)
    with tls_server(pem) as base:
        error = refusal(base, {"SSL_CERT_FILE": str(pem)})
    assert error.reason is Reason.UNTRUSTED
    assert "expired" in str(error)


def test_a_certificate_of_another_name_is_refused(tmp_path):
    pem = certificate(tmp_path, name="10.9.8.7")
    with tls_server(pem) as base:
        error = refusal(base, {"SSL_CERT_FILE": str(pem)})
    assert error.reason is Reason.UNTRUSTED
    assert "another name" in str(error)


def test_old_tls_is_refused(tmp_path):
    pem = certificate(tmp_path)
    with tls_server(pem, ssl.TLSVersion.TLSv1) as base:
        error = refusal(base, {"SSL_CERT_FILE": str(pem)})
    assert error.reason is Reason.UNTRUSTED
    assert "TLS" in str(error)


def test_the_context_verifies_and_its_settings_are_named():
    context = trust_context({})
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    with pytest.raises(TrustFault, match="SSL_CERT_FILE"):
        trust_context({"SSL_CERT_FILE": "/nowhere/ca.pem"})


def test_a_file_without_a_certificate_is_named(tmp_path):
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")
    with pytest.raises(TrustFault, match="SSL_CERT_FILE"):
        trust_context({"SSL_CERT_FILE": str(empty)})


def test_other_errors_are_not_about_trust():
    assert trust_sentence(ConnectionResetError()) is None
