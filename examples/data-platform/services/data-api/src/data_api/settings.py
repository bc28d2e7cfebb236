from dp_core import PlatformSettings


class Settings(PlatformSettings):
    serving_db_url: str = "mysql+aiomysql://data_api:local-only@localhost:3307/serving"
    keycloak_issuer: str = "http://localhost:8180/realms/dalbit"
    data_api_cache_ttl_seconds: int = 60
    data_api_cache_max_entries: int = 20_000


settings = Settings()
