"""An authority for one test run, and the certificates it gives out."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.gateway.process import Certificate

DAY = timedelta(days=1)


def certify(folder: Path) -> Certificate:
    """Make an authority, and let it vouch for a gateway on 127.0.0.1."""
    authority_key, key = _new_key(), _new_key()
    name = _name("qunkeeper test authority")
    constraint = x509.BasicConstraints(ca=True, path_length=0)
    authority = _begin(name, name, authority_key).add_extension(constraint, critical=True)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    server = _begin(_name("gateway"), name, key).add_extension(alternative, critical=False)
    made = Certificate(folder / "authority.pem", folder / "gateway.pem", folder / "gateway.key")
    made.authority.write_bytes(_sign(authority, authority_key))
    made.cert.write_bytes(_sign(server, authority_key))
    made.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return made


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _begin(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - DAY).not_valid_after(now + DAY)


def _sign(builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> bytes:
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
