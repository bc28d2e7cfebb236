from pydantic_settings import BaseSettings, SettingsConfigDict


class PlatformSettings(BaseSettings):
    """What every process reads from its environment."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    kafka_bootstrap_servers: str = "localhost:9092"
    schema_registry_url: str = "http://localhost:8081"
    redshift_host: str = "localhost"
    redshift_port: int = 5439
    redshift_user: str = "dp_batch"
    redshift_password: str = ""
    lake_bucket: str = "dalbit-lake"
    bigquery_project: str = "dalbit-analytics"
