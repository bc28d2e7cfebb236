"""Takes events of the apps and writes them to Kafka."""
