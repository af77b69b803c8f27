"""OpenID providers as Authlib speaks to them: the way there (code flow with PKCE), back with who it is, and out again.

Loaded where somebody comes by a provider, not before.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from authlib.common.urls import add_params_to_uri
from authlib.integrations.base_client import BaseApp, OAuth2Mixin, OpenIDMixin
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import UserInfo
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from requests import RequestException
from requests.adapters import HTTPAdapter

from charter.domain.vocabulary.errors import Busy, Invalid, NotAllowed
from charter.domain.vocabulary.providers import OURS, Identity, Provider, email_of, flat_claims, is_safe_address
from charter.services.people.sessions import From
from charter.services.people.sign_on import Named

SECONDS = 10
"""How long a provider may take for an answer."""
SIGNED = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signatures that only the provider can make; without any, or with a secret that others hold, is none."""
ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint")
SIGNED_OUT = "http://schemas.openid.net/event/backchannel-logout"
LEEWAY = 120
"""Seconds by which clocks may differ."""


class _OwnTrust(HTTPAdapter):
    """Certificates are judged by what this machine trusts: a house may have an authority of its own."""

    def init_poolmanager(self, *arguments: Any, **how: Any) -> None:
        super().init_poolmanager(*arguments, **how, ssl_context=ssl.create_default_context())


class _Session(OAuth2Session):
    def __init__(self, *arguments: Any, **how: Any) -> None:
        super().__init__(*arguments, **{"default_timeout": SECONDS, **how})
        self.mount("https://", _OwnTrust())


class Client(OAuth2Mixin, OpenIDMixin, BaseApp):
    """One provider as we know it: what it says of itself is read once, and must be the one that was named."""

    client_cls = _Session

    def __init__(self, provider: Provider, secret: str | None) -> None:
        self.provider = provider
        self.server_metadata: dict[str, Any] = {}
        super().__init__(
            framework=None,
            name=provider.key,
            client_id=provider.client,
            client_secret=secret,
            server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": " ".join((*OURS, *provider.scopes)),
                "code_challenge_method": "S256",
                **({} if secret else {"token_endpoint_auth_method": "none"}),
            },
        )

    def load_server_metadata(self) -> dict[str, Any]:
        if "_loaded_at" in self.server_metadata:
            return self.server_metadata
        try:
            found: dict[str, Any] = super().load_server_metadata()
        except (RequestException, ValueError, AttributeError, TypeError) as error:
            raise self.silent() from error
        unsafe = [name for name in ADDRESSES if found.get(name) and not is_safe_address(found[name])]
        if found.get("issuer") != self.provider.issuer or unsafe or not found.get("authorization_endpoint"):
            self.server_metadata = {}
            raise NotAllowed(
                "The description of %(provider)s does not fit: its issuer is %(found)s, not %(issuer)s, or an "
                "address of it is not safe.",
                provider=self.provider.called("en"),
                found=str(found.get("issuer", ""))[:200],
                issuer=self.provider.issuer,
            )
        offered = found.get("id_token_signing_alg_values_supported", ["RS256"])
        self.server_metadata["id_token_signing_alg_values_supported"] = [one for one in offered if one in SIGNED]
        return self.server_metadata

    def silent(self) -> Busy:
        """The provider does not answer as one does."""
        return Busy("%(provider)s does not answer: try again in a moment.", provider=self.provider.called("en"))


@dataclass(frozen=True)
class Trip:
    """A way to a provider and back, as the browser keeps it: what proves that the answer is to our question."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Way:
    """The address to go to, and the trip that begins there."""

    address: str
    trip: Trip


def way_to(client: Client, back: str, *, language: str, is_quiet: bool) -> Way:
    """Where to send the browser. `is_quiet`: the provider asks nothing, and answers at once whether they are still in.

    Raises Busy, NotAllowed.
    """
    more = {"prompt": "none"} if is_quiet else {}
    made = client.create_authorization_url(back, ui_locales=language, **more)
    return Way(made["url"], Trip(made["state"], made["nonce"], made["code_verifier"]))


@dataclass(frozen=True)
class Arrival:
    """Who has come, and what their session holds of it."""

    named: Named
    came: From = field(repr=False)


def arrival(client: Client, trip: Trip, asked: Mapping[str, str], back: str) -> Arrival:
    """Who it is that the provider sends back.

    Raises Busy, NotAllowed (what it sends proves nothing), Invalid (e-mail).
    """
    issuer = asked.get("iss")
    try:
        if not asked.get("code") or (issuer is not None and issuer != client.provider.issuer):
            raise OAuthError("invalid_request")
        told = client.fetch_access_token(
            redirect_uri=back, code=asked["code"], state=trip.state, code_verifier=trip.verifier
        )
        who = client.parse_id_token(told, nonce=trip.nonce, claims_options=_claims(client), leeway=LEEWAY)
        if who is None:
            raise OAuthError("invalid_token")
        claims = {**_told_besides(client, told, who), **who}
    except (OAuthError, JoseError, KeyError, ValueError, TypeError) as error:
        raise _unproven(client) from error
    except RequestException as error:
        raise client.silent() from error
    return _arrival(client, claims, told["id_token"])


def _claims(client: Client) -> dict[str, dict[str, Any]]:
    """The proof is of this provider, for us."""
    return {
        "iss": {"essential": True, "value": client.provider.issuer},
        "aud": {"essential": True, "value": client.provider.client},
        "sub": {"essential": True},
        "exp": {"essential": True},
    }


def _told_besides(client: Client, told: Mapping[str, Any], who: UserInfo) -> dict[str, Any]:
    """What the provider tells when it is asked with the token; nothing of somebody else."""
    if not client.load_server_metadata().get("userinfo_endpoint") or "access_token" not in told:
        return {}
    found = dict(client.userinfo(token=told))
    return found if found.get("sub") == who["sub"] else {}


def _arrival(client: Client, claims: dict[str, Any], id_token: str) -> Arrival:
    provider = client.provider
    subject, email = str(claims["sub"]), email_of(provider, claims)
    if len(subject) > 255:
        raise _unproven(client)
    name = claims.get("name") or claims.get("preferred_username") or email
    said = flat_claims(claims) | {"provider": (provider.key,), "user": (subject,), "email": (email,)}
    sid = claims.get("sid")
    came = From(provider.issuer, sid if isinstance(sid, str) and len(sid) <= 255 else None, id_token)
    return Arrival(Named(email, str(name), said, Identity(provider.issuer, subject)), came)


def _unproven(client: Client) -> NotAllowed:
    name = client.provider.called("en")
    return NotAllowed("The answer of %(provider)s does not prove who you are: sign in again.", provider=name)


def way_out(client: Client, id_token: str, back: str) -> str | None:
    """Where one signs out at the provider; None where it has no such place, or does not answer: one is out here."""
    try:
        there = client.load_server_metadata().get("end_session_endpoint")
    except (Busy, NotAllowed):
        return None
    how = {"id_token_hint": id_token, "post_logout_redirect_uri": back, "client_id": client.provider.client}
    return add_params_to_uri(there, list(how.items())) if there else None


@dataclass(frozen=True)
class SignedOut:
    """Who is signed out, as the provider says: somebody everywhere, or one place alone."""

    subject: str | None
    sid: str | None


def signed_out(client: Client, token: str) -> SignedOut:
    """What a logout token says (OpenID Connect Back-Channel Logout 1.0, 2.6). Raises Invalid, Busy."""
    try:
        algorithms = client.load_server_metadata()["id_token_signing_alg_values_supported"]
        keys = KeySet.import_key_set(client.fetch_jwk_set(force=True))
        told = jwt.decode(token, keys, registry=JWSRegistry(algorithms=algorithms, strict_check_header=False))
        claims: dict[str, Any] = {**_claims(client), "iat": {"essential": True}, "jti": {"essential": True}}
        claims.pop("sub")
        jwt.JWTClaimsRegistry(**{"leeway": LEEWAY, **claims}).validate(told.claims)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Invalid("This is no sign-out of %(provider)s.", provider=client.provider.called("en")) from error
    except RequestException as error:
        raise client.silent() from error
    events, found = told.claims.get("events"), SignedOut(told.claims.get("sub"), told.claims.get("sid"))
    is_one = isinstance(events, dict) and SIGNED_OUT in events and "nonce" not in told.claims
    if not is_one or not (found.subject or found.sid):
        raise Invalid("This is no sign-out of %(provider)s.", provider=client.provider.called("en"))
    return found
