from typing import Annotated

import jwt
from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from data_api.settings import settings

bearer = HTTPBearer()
keys = jwt.PyJWKClient(f"{settings.keycloak_issuer}/protocol/openid-connect/certs", lifespan=300)


def require_reader(token: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> dict:
    """Claims of a token that Keycloak signed for us and that holds ``data-reader``."""
    try:
        key = keys.get_signing_key_from_jwt(token.credentials)
        claims = jwt.decode(
            token.credentials, key.key, algorithms=["RS256"], audience="data-api", issuer=settings.keycloak_issuer
        )
    except jwt.PyJWTError as err:
        raise HTTPException(401, "invalid token") from err
    if "data-reader" not in claims.get("realm_access", {}).get("roles", []):
        raise HTTPException(403, "role data-reader is missing")
    return claims
