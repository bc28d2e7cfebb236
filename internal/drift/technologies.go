package drift

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// technology is something that teams decide for or against: what data lies in,
// what carries it, what runs it. The table holds what data platforms are built
// of, each with the names under which code and documents know it. A library that
// only helps to write code is none: to take another one asks nobody.
type technology struct {
	name string
	kind string // as read in "a message broker"
	// words are how documents and identifiers write it. One that begins with a
	// capital is a word of the language too and counts as written.
	words []string
	// packages are its client libraries and drivers in any registry: a name, the
	// beginning of one (it ends in *), or the path of a Go module.
	packages []string
	// images are names of images without registry and tag; one without a slash
	// is the last part.
	images []string
	// resources begin the types of Terraform's resources and providers.
	resources []string
	// classes are parts of the classes of Kafka Connect's connectors.
	classes []string
	// choice marks what records decide on but what asks for no record when it
	// comes: frameworks, tools of the build.
	choice bool
}

// technologies returns the table. Its rows are: kind; then name | words |
// packages | images | Terraform | connector classes.
var technologies = sync.OnceValue(func() []*technology {
	var out []*technology
	kind, choice := "", false
	for l := range strings.Lines(technologyTable) {
		l = strings.TrimSpace(l)
		switch {
		case l == "":
		case strings.HasSuffix(l, ":"):
			kind, choice = strings.CutPrefix(strings.TrimSuffix(l, ":"), "choice of ")
		default:
			cells := strings.Split(l+"|||||", "|")
			f := func(i int) []string { return strings.Fields(cells[i]) }
			t := &technology{name: strings.TrimSpace(cells[0]), kind: kind, choice: choice, words: f(1), packages: f(2), images: f(3), resources: f(4), classes: f(5)}
			for i, w := range t.words {
				t.words[i] = strings.ReplaceAll(w, "~", " ")
			}
			out = append(out, t)
		}
	}
	return out
})

const technologyTable = `
relational database:
PostgreSQL | postgresql postgres 포스트그레 psql | psycopg psycopg2 psycopg2-binary asyncpg pg8000 pg pg-promise postgres postgresql org.postgresql:postgresql github.com/lib/pq github.com/jackc/pgx tokio-postgres npgsql r2dbc-postgresql apache-airflow-providers-postgres dbt-postgres gorm.io/driver/postgres | postgres postgresql postgresql-repmgr cloudnative-pg spilo | postgresql | 
MySQL | mysql 마이에스큐엘 | pymysql mysqlclient mysql-connector-python aiomysql asyncmy mysql mysql2 mysql-connector-java mysql-connector-j com.mysql:mysql-connector-j github.com/go-sql-driver/mysql mysqlconnector apache-airflow-providers-mysql dbt-mysql gorm.io/driver/mysql | mysql mysql-server percona | mysql | debezium.connector.mysql
MariaDB | mariadb 마리아db | mariadb mariadb-java-client org.mariadb.jdbc:mariadb-java-client | mariadb mariadb-galera | mariadb |
Oracle Database | Oracle 오라클 ojdbc | cx-oracle oracledb ojdbc8 ojdbc11 godror apache-airflow-providers-oracle | oracle-xe oracle-free | oci_database |
SQL Server | mssql sqlserver SQL~Server | pymssql mssql tedious mssql-jdbc github.com/microsoft/go-mssqldb apache-airflow-providers-microsoft-mssql | mssql server/mssql | azurerm_mssql mssql | 
CockroachDB | cockroachdb cockroach | sqlalchemy-cockroachdb | cockroach cockroachdb | cockroach |
Cloud Spanner | spanner | google-cloud-spanner cloud.google.com/go/spanner google-cloud-spanner-jdbc | cloud-spanner-emulator | google_spanner |
Amazon Aurora | aurora | | | |
Vitess | vitess | vitess.io/vitess | vitess | planetscale |
document database:
MongoDB | mongodb mongo 몽고db | pymongo motor mongoengine beanie mongodb mongoose go.mongodb.org/mongo-driver mongodb-driver-sync spring-boot-starter-data-mongodb apache-airflow-providers-mongo | mongo mongodb mongodb-community-server | mongodbatlas aws_docdb | mongodb
CouchDB | couchdb couchbase | couchdb couchbase nano | couchdb couchbase | couchbase |
Firestore | firestore | google-cloud-firestore firebase-admin cloud.google.com/go/firestore | | google_firestore |
key-value store:
Redis | redis 레디스 | redis redis-py aioredis ioredis hiredis jedis lettuce-core redisson github.com/redis/go-redis github.com/go-redis/redis github.com/gomodule/redigo stackexchange.redis spring-boot-starter-data-redis apache-airflow-providers-redis | redis redis-stack redis-cluster redis-sentinel | aws_elasticache google_redis azurerm_redis rediscloud | redis
Valkey | valkey | valkey valkey-py valkey-glide iovalkey | valkey | |
Memcached | memcached memcache | pymemcache python-memcached memcached memjs github.com/bradfitz/gomemcache spymemcached | memcached | google_memcache |
DynamoDB | dynamodb dynamo 다이나모 | pynamodb aioboto3-dynamodb @aws-sdk/client-dynamodb @aws-sdk/lib-dynamodb github.com/aws/aws-sdk-go-v2/service/dynamodb | dynamodb-local | aws_dynamodb |
etcd | etcd | etcd3 go.etcd.io/etcd jetcd-core | etcd | |
Hazelcast | hazelcast | hazelcast hazelcast-python-client | hazelcast | |
wide-column store:
Cassandra | cassandra 카산드라 scylladb scylla | cassandra-driver scylla-driver github.com/gocql/gocql java-driver-core | cassandra scylla | aws_keyspaces astra | 
HBase | hbase | happybase hbase-client | hbase | | 
Bigtable | bigtable | google-cloud-bigtable cloud.google.com/go/bigtable | | google_bigtable |
graph database:
Neo4j | neo4j | neo4j neo4j-driver py2neo github.com/neo4j/neo4j-go-driver | neo4j | | neo4j
JanusGraph | janusgraph gremlin | gremlinpython gremlin | janusgraph | aws_neptune |
vector database:
Qdrant | qdrant | qdrant-client github.com/qdrant/go-client | qdrant | |
Milvus | milvus | pymilvus | milvus | |
Weaviate | weaviate | weaviate-client | weaviate | |
Pinecone | pinecone | pinecone pinecone-client | | pinecone |
pgvector | pgvector | pgvector | pgvector | |
Chroma | chromadb | chromadb | chroma | |
search engine:
Elasticsearch | elasticsearch elastic 엘라스틱 | elasticsearch elasticsearch-dsl @elastic/elasticsearch github.com/elastic/go-elasticsearch github.com/olivere/elastic elasticsearch-java spring-boot-starter-data-elasticsearch apache-airflow-providers-elasticsearch | elasticsearch | aws_elasticsearch ec_deployment elasticstack | elasticsearch
OpenSearch | opensearch 오픈서치 | opensearch-py @opensearch-project/opensearch github.com/opensearch-project/opensearch-go | opensearch | aws_opensearch | opensearch
Solr | solr | pysolr solr-solrj | solr | |
Meilisearch | meilisearch | meilisearch | meilisearch | |
Typesense | typesense | typesense | typesense | |
time series database:
InfluxDB | influxdb influx | influxdb influxdb-client github.com/influxdata/influxdb-client-go apache-airflow-providers-influxdb | influxdb | influxdb aws_timestream | influxdb
TimescaleDB | timescaledb timescale | timescaledb | timescaledb timescaledb-ha | timescale |
VictoriaMetrics | victoriametrics | github.com/VictoriaMetrics/metrics | victoria-metrics vmsingle victoriametrics | |
data warehouse:
Redshift | redshift 레드시프트 | redshift-connector sqlalchemy-redshift dbt-redshift redshift-jdbc42 @aws-sdk/client-redshift-data | | aws_redshift redshift | redshift
BigQuery | bigquery 빅쿼리 | google-cloud-bigquery pandas-gbq dbt-bigquery @google-cloud/bigquery cloud.google.com/go/bigquery sqlalchemy-bigquery google-cloud-bigquery-storage | bigquery-emulator | google_bigquery | bigquery
Snowflake | snowflake 스노우플레이크 스노플레이크 | snowflake-connector-python snowflake-sqlalchemy snowflake-snowpark-python dbt-snowflake snowflake-sdk snowflake-jdbc github.com/snowflakedb/gosnowflake apache-airflow-providers-snowflake | | snowflake | snowflake
ClickHouse | clickhouse 클릭하우스 | clickhouse-driver clickhouse-connect dbt-clickhouse @clickhouse/client github.com/ClickHouse/clickhouse-go clickhouse-jdbc asynch | clickhouse clickhouse-server | clickhouse | clickhouse
Databricks | databricks 데이터브릭스 | databricks-sql-connector databricks-sdk databricks-connect dbt-databricks apache-airflow-providers-databricks | | databricks azurerm_databricks | databricks
Athena | athena 아테나 | pyathena dbt-athena-community dbt-athena @aws-sdk/client-athena | | aws_athena |
Trino | trino prestodb presto 트리노 | trino dbt-trino presto-python-client trino-jdbc apache-airflow-providers-trino | trino presto | trino |
Druid | druid | pydruid apache-airflow-providers-apache-druid | druid | |
Pinot | Pinot | pinotdb apache-airflow-providers-apache-pinot | pinot | |
DuckDB | duckdb 덕db | duckdb duckdb-engine dbt-duckdb github.com/marcboeker/go-duckdb duckdb-jdbc | duckdb | |
StarRocks | starrocks doris | starrocks dbt-starrocks pydoris | starrocks fe-ubuntu doris | | starrocks
Synapse | Synapse | dbt-synapse | | azurerm_synapse |
Teradata | teradata 테라데이터 | teradatasql teradatasqlalchemy dbt-teradata | | |
Hive | Hive 하이브 | pyhive hive-jdbc apache-airflow-providers-apache-hive | hive | |
table format:
Iceberg | iceberg 아이스버그 | pyiceberg iceberg-spark-runtime* iceberg-core | iceberg-rest iceberg-rest-fixture | | iceberg
Delta Lake | Delta~Lake deltalake delta-spark 델타~레이크 | deltalake delta-spark delta-core* | | |
Hudi | hudi | hudi hudi-spark* | | | hudi
message broker:
Kafka | kafka 카프카 | kafka-python kafka-python-ng confluent-kafka aiokafka kafkajs node-rdkafka kafka-clients spring-kafka github.com/IBM/sarama github.com/Shopify/sarama github.com/segmentio/kafka-go github.com/confluentinc/confluent-kafka-go github.com/twmb/franz-go rdkafka confluent.kafka apache-airflow-providers-apache-kafka | kafka cp-kafka cp-server kafka-native strimzi/kafka | aws_msk confluent_kafka kafka |
Redpanda | redpanda | | redpanda | redpanda |
RabbitMQ | rabbitmq 래빗엠큐 amqp | pika aio-pika amqplib amqp-client spring-boot-starter-amqp spring-rabbit github.com/rabbitmq/amqp091-go github.com/streadway/amqp rabbitmq.client lapin | rabbitmq rabbitmq-server | rabbitmq aws_mq cloudamqp | rabbitmq
Pulsar | Pulsar 펄사 | pulsar-client github.com/apache/pulsar-client-go pulsar-client-api | pulsar pulsar-all | | 
NATS | NATS jetstream | nats-py nats github.com/nats-io/nats.go jnats async-nats | nats nats-server | |
ActiveMQ | activemq artemis | stomp.py activemq-client spring-boot-starter-activemq | activemq activemq-artemis | |
Amazon SQS | sqs | @aws-sdk/client-sqs github.com/aws/aws-sdk-go-v2/service/sqs spring-cloud-aws-starter-sqs | | aws_sqs | sqs
Amazon SNS | SNS | @aws-sdk/client-sns github.com/aws/aws-sdk-go-v2/service/sns | | aws_sns | sns
Kinesis | kinesis | amazon-kclpy @aws-sdk/client-kinesis amazon-kinesis-client github.com/aws/aws-sdk-go-v2/service/kinesis | | aws_kinesis | kinesis
Google Pub/Sub | pubsub Pub/Sub | google-cloud-pubsub @google-cloud/pubsub cloud.google.com/go/pubsub | | google_pubsub | pubsub
Azure Event Hubs | eventhub eventhubs Event~Hubs | azure-eventhub @azure/event-hubs | | azurerm_eventhub |
Azure Service Bus | servicebus Service~Bus | azure-servicebus @azure/service-bus | | azurerm_servicebus |
schema registry:
Confluent Schema Registry | schema-registry Schema~Registry | | cp-schema-registry schema-registry | confluent_schema | 
Apicurio | apicurio | apicurio-registry* | apicurio-registry* | |
stream processor:
Flink | flink 플링크 | apache-flink flink-streaming-java flink-java pyflink | flink flink-kubernetes-operator | aws_kinesisanalyticsv2 |
Kafka Streams | kafka-streams Kafka~Streams 카프카~스트림즈 | kafka-streams faust-streaming faust | | |
ksqlDB | ksqldb ksql | ksqldb-api-client | cp-ksqldb-server ksqldb-server | |
Spark | Spark pyspark 스파크 | pyspark spark-core* spark-sql* sparknlp apache-airflow-providers-apache-spark dbt-spark | spark spark-operator spark-py | aws_emr google_dataproc |
Beam | Apache~Beam Dataflow | apache-beam beam-sdks-java-core github.com/apache/beam | | google_dataflow |
Hadoop | hadoop 하둡 hdfs | hadoop-client hadoop-common hdfs pyarrow-hdfs apache-airflow-providers-apache-hdfs | hadoop namenode | |
workflow orchestrator:
Airflow | airflow 에어플로 에어플로우 | apache-airflow apache-airflow-core | airflow | aws_mwaa google_composer |
Dagster | dagster | dagster dagster-webserver | dagster dagster-k8s dagster-celery-k8s | dagster |
Prefect | prefect | prefect prefect-aws prefect-gcp | prefect | prefect |
Luigi | luigi | luigi | luigi luigid | |
Argo Workflows | argo-workflows Argo~Workflows | argo-workflows hera hera-workflows github.com/argoproj/argo-workflows | argocli workflow-controller argoexec | |
Mage | mage-ai Mage 메이지 | mage-ai | mageai | |
Kestra | kestra | kestra | kestra | |
Temporal | Temporal | temporalio @temporalio/client @temporalio/worker go.temporal.io/sdk temporal-sdk | temporalio/auto-setup temporalio/server temporal | |
Step Functions | stepfunctions Step~Functions | stepfunctions @aws-sdk/client-sfn | | aws_sfn |
task queue:
Celery | celery 셀러리 | celery | | |
Dramatiq | dramatiq | dramatiq | | |
RQ | RQ | rq | | |
Sidekiq | sidekiq | sidekiq | | |
BullMQ | bullmq | bullmq bull | | |
Google Cloud Tasks | cloudtasks Cloud~Tasks | google-cloud-tasks | | google_cloud_tasks |
data ingestion tool:
Airbyte | airbyte 에어바이트 | airbyte airbyte-cdk airbyte-api apache-airflow-providers-airbyte | airbyte/* airbyte | airbyte |
Fivetran | fivetran | airflow-provider-fivetran | | fivetran |
Meltano | meltano | meltano | meltano | |
Debezium | debezium 디비지움 데베지움 | pydbzengine debezium-embedded debezium-api | debezium/* | | io.debezium
Maxwell | maxwell | | zendesk/maxwell maxwell | |
NiFi | nifi | nipyapi | nifi | |
Sqoop | sqoop | | | |
dlt | dlthub | dlt | | |
Fluent Bit | fluent-bit fluentbit fluentd Fluent~Bit | fluent-logger | fluent-bit fluentd | |
Logstash | logstash | python-logstash | logstash | |
Vector | timberio | | timberio/vector | |
AWS DMS | DMS | | | aws_dms |
Kafka Connect | kafka-connect Kafka~Connect 카프카~커넥트 | | cp-kafka-connect kafka-connect debezium/connect | |
transformation tool:
dbt | dbt | dbt dbt-core | dbt-core dbt | dbtcloud |
SQLMesh | sqlmesh | sqlmesh | | |
Dataform | dataform | @dataform/core | | google_dataform |
AWS Glue | Glue 글루 | aws-glue-sessions awsglue-local | aws-glue-libs | aws_glue |
data quality tool:
Great Expectations | great-expectations great_expectations Great~Expectations | great-expectations | | |
Soda | soda-core Soda | soda-core* soda-spark | soda-core | |
Deequ | deequ | pydeequ deequ | | |
Pandera | pandera | pandera | | |
Monte Carlo | montecarlodata Monte~Carlo | pycarlo montecarlodata | | montecarlo |
data catalog:
DataHub | datahub 데이터허브 | acryl-datahub acryl-datahub-airflow-plugin | datahub-gms datahub-frontend-react datahub-ingestion datahub-actions | |
Amundsen | amundsen | amundsen-databuilder amundsen-common | amundsen-frontend amundsen-metadata | |
OpenMetadata | openmetadata | openmetadata-ingestion | openmetadata/server openmetadata | |
Apache Atlas | Atlas | apache-atlas | apache-atlas | |
Marquez | marquez | marquez-python | marquez | |
Unity Catalog | unitycatalog Unity~Catalog | unitycatalog | unitycatalog | |
dashboard tool:
Superset | superset 슈퍼셋 | apache-superset | superset | |
Metabase | metabase 메타베이스 | | metabase | metabase |
Looker | looker lookml | looker-sdk | | looker |
Tableau | tableau 태블로 | tableauserverclient | | |
Redash | redash 리대시 | redash-toolbelt | redash | |
Lightdash | lightdash | @lightdash/cli | lightdash | |
Streamlit | streamlit 스트림릿 | streamlit | streamlit | |
Power BI | powerbi Power~BI | powerbi-client | | |
object store:
Amazon S3 | S3 | s3fs @aws-sdk/client-s3 github.com/aws/aws-sdk-go-v2/service/s3 aws-java-sdk-s3 | | aws_s3 | s3
Google Cloud Storage | GCS Cloud~Storage | google-cloud-storage gcsfs @google-cloud/storage cloud.google.com/go/storage | fake-gcs-server | google_storage | gcs
MinIO | minio 미니오 | minio minio-py github.com/minio/minio-go io.minio:minio | minio minio/mc | minio |
Azure Blob Storage | adlfs Blob~Storage | azure-storage-blob adlfs @azure/storage-blob azure-storage-file-datalake | azurite | azurerm_storage | azure.blob
Ceph | ceph | | ceph rook-ceph | |
SeaweedFS | seaweedfs | | seaweedfs | |
identity provider:
Keycloak | keycloak 키클록 | python-keycloak keycloak-js keycloak-connect keycloak-admin-client | keycloak keycloak-operator | keycloak |
Auth0 | auth0 | auth0-python auth0 @auth0/auth0-react | | auth0 |
Okta | okta | okta @okta/okta-auth-js okta-jwt-verifier | | okta |
Cognito | cognito | pycognito amazon-cognito-identity-js @aws-sdk/client-cognito-identity-provider | | aws_cognito |
Dex | Dex | | dexidp/dex dex | |
Authentik | authentik | | goauthentik/server authentik | authentik |
secret store:
Vault | hashicorp-vault HashiCorp~Vault Vault | hvac node-vault github.com/hashicorp/vault spring-vault-core apache-airflow-providers-hashicorp | vault vault-k8s | vault |
AWS Secrets Manager | secretsmanager Secrets~Manager | aws-secretsmanager-caching @aws-sdk/client-secrets-manager | | aws_secretsmanager |
Google Secret Manager | Secret~Manager | google-cloud-secret-manager | | google_secret_manager |
External Secrets | external-secrets External~Secrets | | external-secrets | |
Sealed Secrets | sealed-secrets sealedsecrets Sealed~Secrets | | sealed-secrets-controller sealed-secrets | |
SOPS | sops | | | sops |
monitoring service:
Prometheus | prometheus 프로메테우스 | prometheus-client prometheus-fastapi-instrumentator prom-client github.com/prometheus/client_golang micrometer-registry-prometheus | prometheus prometheus-operator kube-prometheus-stack | aws_prometheus |
Grafana | grafana 그라파나 | grafana-client | grafana | grafana aws_grafana |
Datadog | datadog 데이터독 | datadog ddtrace dd-trace gopkg.in/DataDog/dd-trace-go.v1 github.com/DataDog/datadog-go | datadog/agent datadog | datadog |
New Relic | newrelic New~Relic 뉴렐릭 | newrelic github.com/newrelic/go-agent | newrelic* | newrelic |
Sentry | sentry 센트리 | sentry-sdk @sentry/node @sentry/react @sentry/browser github.com/getsentry/sentry-go sentry-spring-boot-starter | sentry | sentry |
Jaeger | jaeger 예거 | jaeger-client | jaeger all-in-one | |
Zipkin | zipkin | py-zipkin zipkin | zipkin | |
Loki | Loki 로키 | python-logging-loki | loki | |
Kibana | kibana 키바나 | | kibana | |
CloudWatch | cloudwatch | watchtower | | aws_cloudwatch |
Elastic APM | elastic-apm Elastic~APM | elastic-apm elastic-apm-node | apm-server | |
Honeycomb | honeycomb | libhoney honeycomb-opentelemetry | | honeycombio |
gateway:
nginx | nginx 엔진엑스 | | nginx ingress-nginx nginx-ingress nginx-unprivileged | |
Envoy | Envoy | | envoy envoyproxy/envoy | |
Traefik | traefik | | traefik | |
Kong | Kong | | kong kong-gateway | kong konnect |
HAProxy | haproxy | | haproxy | |
Istio | istio | | istiod istio/pilot istio/proxyv2 | |
Linkerd | linkerd | | linkerd | |
Caddy | Caddy | | caddy | |
Amazon API Gateway | apigateway API~Gateway | | | aws_api_gateway aws_apigatewayv2 |
service registry:
Consul | consul | python-consul github.com/hashicorp/consul | consul | consul |
ZooKeeper | zookeeper 주키퍼 | kazoo curator-framework zookeeper | zookeeper cp-zookeeper | |
Eureka | Eureka | spring-cloud-starter-netflix-eureka-server | eureka | |
machine learning platform:
MLflow | mlflow | mlflow mlflow-skinny | mlflow | |
Kubeflow | kubeflow | kfp kubeflow | kubeflow* | |
SageMaker | sagemaker | sagemaker | | aws_sagemaker |
Vertex AI | vertex aiplatform Vertex~AI | google-cloud-aiplatform | | google_vertex_ai |
Ray | Ray | ray | rayproject/ray | |
Feast | Feast | feast | feast feature-server | |
feature flag service:
LaunchDarkly | launchdarkly | launchdarkly-server-sdk launchdarkly-node-server-sdk | | launchdarkly |
Unleash | unleash | unleashclient unleash-client | unleash-server | |
container platform:
Kubernetes | kubernetes k8s 쿠버네티스 | | k3s rancher/k3s | aws_eks google_container azurerm_kubernetes kubernetes |
Amazon ECS | ECS Fargate | | | aws_ecs |
Nomad | Nomad | python-nomad | nomad | nomad |
Docker Swarm | Swarm | | | |
Cloud Run | Cloud~Run | | | google_cloud_run |
AWS Lambda | Lambda 람다 | aws-lambda-powertools mangum | | aws_lambda |
OpenShift | openshift | openshift | | |
choice of delivery tool:
Argo CD | argocd Argo~CD 아르고 | | argocd | argocd |
Flux | Flux fluxcd | | flux-cli source-controller kustomize-controller | flux |
Spinnaker | spinnaker | | spinnaker | |
Jenkins | jenkins 젠킨스 | | jenkins | |
choice of infrastructure tool:
Terraform | terraform 테라폼 | | hashicorp/terraform | |
OpenTofu | opentofu | | opentofu | |
Pulumi | pulumi | pulumi @pulumi/pulumi | pulumi | |
CloudFormation | cloudformation | | | |
AWS CDK | aws-cdk | aws-cdk-lib constructs | | |
Ansible | ansible | ansible ansible-core | | |
choice of packaging of manifests:
Helm | Helm helm 헬름 | | | helm |
Kustomize | kustomize | | | |
choice of web framework:
FastAPI | fastapi | fastapi | | |
Flask | Flask flask | flask | | |
Django | django 장고 | django djangorestframework | | |
Spring Boot | spring-boot springboot Spring~Boot 스프링 | spring-boot-starter-web spring-boot-starter-webflux | | |
Quarkus | quarkus | quarkus-core quarkus-resteasy* | | |
Micronaut | micronaut | micronaut-http-server-netty | | |
Express | Express | express | | |
Fastify | fastify | fastify | | |
NestJS | nestjs | @nestjs/core | | |
Ruby on Rails | Rails rails | rails | | |
Gin | Gin gin-gonic | github.com/gin-gonic/gin | | |
Echo | labstack | github.com/labstack/echo | | |
Litestar | litestar starlite | litestar | | |
choice of browser framework:
React | React react 리액트 | react | | |
Vue | Vue vue | vue | | |
Angular | Angular angular | @angular/core | | |
Svelte | svelte | svelte | | |
Next.js | nextjs Next.js | next | | |
choice of package manager:
uv | uv | | astral-sh/uv | |
Poetry | Poetry poetry | poetry-core poetry | | |
Pipenv | pipenv | pipenv | | |
pip-tools | pip-tools | pip-tools | | |
Yarn | Yarn yarn | | | |
pnpm | pnpm | pnpm | | |
choice of build tool:
Gradle | gradle 그래들 | | gradle | |
Maven | maven 메이븐 | | maven | |
Bazel | bazel | | | |
choice of wire format:
Avro | avro 아브로 | fastavro avro avro-python3 avsc | | |
Protocol Buffers | protobuf Protocol~Buffers 프로토버프 | protobuf google.golang.org/protobuf protobuf-java protobufjs | | |
JSON Schema | jsonschema JSON~Schema | jsonschema ajv | | |
Parquet | parquet | parquet-avro | | |
choice of data frame library:
pandas | pandas 판다스 | pandas | | |
Polars | polars 폴라스 | polars | | |
choice of data access library:
SQLAlchemy | sqlalchemy | sqlalchemy | | |
Hibernate | hibernate JPA | hibernate-core spring-boot-starter-data-jpa | | |
jOOQ | jooq | jooq | | |
Prisma | prisma | prisma @prisma/client | | |
TypeORM | typeorm | typeorm | | |
GORM | gorm | gorm.io/gorm | | |
MyBatis | mybatis 마이바티스 | mybatis mybatis-spring-boot-starter | | |
`

// technologyIndex answers which technology a name belongs to.
type technologyIndex struct {
	packages, words, images map[string]*technology
	modules                 []named // paths of Go modules and beginnings of names
	imageFolders            []named
	resources               []named
	classes                 []named
}

type named struct {
	name string
	of   *technology
}

var indexTechnologies = sync.OnceValue(func() *technologyIndex {
	x := &technologyIndex{packages: map[string]*technology{}, words: map[string]*technology{}, images: map[string]*technology{}}
	for _, t := range technologies() {
		for _, p := range t.packages {
			p = strings.ToLower(p)
			switch {
			case strings.HasSuffix(p, "*"):
				x.modules = append(x.modules, named{strings.TrimSuffix(p, "*"), t})
			case strings.Contains(p, "/") && p[0] != '@':
				x.modules = append(x.modules, named{p, t})
				x.packages[p] = t
			default:
				x.packages[p] = t
			}
		}
		for _, w := range t.words {
			if !strings.Contains(w, " ") {
				x.words[strings.ToLower(w)] = t
			}
		}
		for _, i := range t.images {
			switch dir, all := strings.CutSuffix(i, "/*"); {
			case all:
				x.imageFolders = append(x.imageFolders, named{dir, t})
			case strings.HasSuffix(i, "*"):
				x.imageFolders = append(x.imageFolders, named{strings.TrimSuffix(i, "*"), t})
			default:
				x.images[i] = t
			}
		}
		for _, r := range t.resources {
			x.resources = append(x.resources, named{r, t})
		}
		for _, c := range t.classes {
			x.classes = append(x.classes, named{strings.ToLower(c), t})
		}
	}
	// The longest beginning is the closest.
	slices.SortStableFunc(x.resources, func(a, b named) int { return len(b.name) - len(a.name) })
	return x
})

// packageOf returns the technology of a dependency, or nil.
func (x *technologyIndex) packageOf(name string) *technology {
	name = strings.ToLower(name)
	if t := x.packages[name]; t != nil {
		return t
	}
	if t := x.packages[strings.ReplaceAll(name, "_", "-")]; t != nil {
		return t
	}
	if _, artifact, ok := strings.Cut(name, ":"); ok {
		return x.packageOf(artifact)
	}
	for _, m := range x.modules {
		if rest, ok := strings.CutPrefix(name, m.name); ok && (rest == "" || rest[0] == '/' || rest[0] == '.' || !strings.Contains(m.name, "/")) {
			return m.of
		}
	}
	return nil
}

// imageOf returns the technology of an image, or nil: of "postgres:16",
// "docker.io/bitnami/postgresql@sha256:…".
func (x *technologyIndex) imageOf(ref string) *technology {
	ref, _, _ = strings.Cut(strings.ToLower(ref), "@")
	if i := strings.LastIndexByte(ref, ':'); i > strings.LastIndexByte(ref, '/') {
		ref = ref[:i]
	}
	last := path.Base(ref)
	owner := path.Base(path.Dir(ref)) + "/" + last
	for _, n := range []string{owner, last} {
		if t := x.images[n]; t != nil {
			return t
		}
	}
	for _, f := range x.imageFolders {
		if strings.HasPrefix(owner, f.name+"/") || strings.HasPrefix(last, f.name) && !strings.Contains(f.name, "/") {
			return f.of
		}
	}
	return nil
}

// resourceOf returns the technology of a type of Terraform's, or nil.
func (x *technologyIndex) resourceOf(typ string) *technology {
	for _, r := range x.resources {
		if rest, ok := strings.CutPrefix(typ, r.name); ok && (rest == "" || rest[0] == '_') {
			return r.of
		}
	}
	return nil
}

func (x *technologyIndex) classOf(class string) *technology {
	l := strings.ToLower(class)
	for _, c := range x.classes {
		if strings.Contains(l, c.name) {
			return c.of
		}
	}
	return nil
}

// arrival is a place where code says that it uses a technology.
type arrival struct {
	line int
	as   string // as the code names it
}

// isManifest reports whether a file lists what is depended on.
func isManifest(p string) bool {
	base := strings.ToLower(path.Base(p))
	switch base {
	case "go.mod", "pyproject.toml", "package.json", "pom.xml", "build.gradle", "build.gradle.kts", "libs.versions.toml", "cargo.toml", "gemfile", "pipfile", "setup.cfg", "setup.py",
		"environment.yml", "environment.yaml", "build.sbt", "mix.exs", "composer.json", "directory.packages.props":
		return true
	}
	return strings.HasPrefix(base, "requirements") && (strings.HasSuffix(base, ".txt") || strings.HasSuffix(base, ".in")) ||
		strings.HasSuffix(base, ".csproj") || path.Base(path.Dir(p)) == "requirements" && strings.HasSuffix(base, ".txt")
}

// onlyBuilds reports whether a file tells how the project is built or tested,
// not what it is made of.
func onlyBuilds(p string) bool {
	base := strings.ToLower(path.Base(p))
	return hasFolder(strings.ToLower(p), ".github", ".gitlab", ".circleci", ".devcontainer", "examples", "example", "samples", "demo", "benchmarks", "bench") ||
		strings.Contains(base, "gitlab-ci") || base == ".travis.yml" || base == "jenkinsfile" || base == "azure-pipelines.yml" || base == "bitbucket-pipelines.yml" ||
		strings.Contains(base, "requirements") && (strings.Contains(base, "dev") || strings.Contains(base, "test") || strings.Contains(base, "doc") || strings.Contains(base, "lint")) ||
		strings.Contains(base, "compose") && (strings.Contains(base, "test") || strings.Contains(base, ".ci."))
}

var (
	imageLineRE = regexp.MustCompile(`(?i)^\s*(?:-\s+)?["']?(?:image|repository)["']?\s*[:=]\s*["']?([\w./:@-]+)`)
	resourceRE  = regexp.MustCompile(`^\s*(?:resource|data|provider)\s+"([\w-]+)"`)
	engineRE    = regexp.MustCompile(`^\s*engine\s*=\s*"([\w-]+)"`)
	classRE     = regexp.MustCompile(`["']?(?:connector\.class|class)["']?\s*[:=]\s*["']?([\w.$]+)`)
	chartRE     = regexp.MustCompile(`^\s*(?:-\s+)?name:\s*["']?([\w-]+)`)
	moduleRE    = regexp.MustCompile(`^\s*source\s*=\s*"[\w.-]+/([\w-]+)/[\w-]+"`)
	// skippedKeyRE are lines of a manifest that tell of the project itself.
	skippedKeyRE = regexp.MustCompile(`(?i)^\s*["']?(?:name|description|keywords|homepage|url|repository|author|authors|classifiers|license|readme|module)["']?\s*[:=\s]`)
	// devRE begins a list of what is needed to build and test alone.
	devRE = regexp.MustCompile(`(?i)^\s*(?:["']devDependencies["']\s*:|\[tool\.poetry\.(?:group\.)?(?:dev|test|docs?|lint)[\w.-]*\]|\[(?:dev|build)-dependencies\]|\[dev-packages\]|["']?(?:dev|tests?|docs?|lint)["']?\s*=\s*\[|\[tool\.(?:pytest|ruff|mypy|coverage|black|isort)[\w.]*\])`)
)

// uses returns the technologies that a file says its project depends on: lines
// are looked at one by one, so that templates and files half-written are read
// too. Comments and what only tests need do not count.
func uses(p string, src []byte) map[*technology]arrival {
	if len(src) > maxDiffFile || onlyBuilds(p) {
		return nil
	}
	x := indexTechnologies()
	out := map[*technology]arrival{}
	put := func(t *technology, line int, as string) {
		if t == nil {
			return
		}
		if _, ok := out[t]; !ok {
			out[t] = arrival{line, as}
		}
	}
	base, ext := strings.ToLower(path.Base(p)), strings.ToLower(path.Ext(p))
	manifest, chart := isManifest(p), base == "chart.yaml" || base == "requirements.yaml"
	docker := strings.HasPrefix(base, "dockerfile") || ext == ".dockerfile" || base == "containerfile"
	dev := false
	for i, l := range lines(src) {
		t := strings.TrimSpace(l)
		if t == "" || len(l) > 2000 || strings.HasPrefix(t, "#") || strings.HasPrefix(t, "//") || strings.HasPrefix(t, "<!--") {
			continue
		}
		switch {
		case manifest:
			switch {
			case devRE.MatchString(l):
				dev = true
				continue
			case dev:
				if t[0] == '}' || t[0] == ']' || t[0] == '[' && len(t) > 2 && !devRE.MatchString(l) {
					dev = false
				}
				continue
			}
			if skippedKeyRE.MatchString(l) && base != "pom.xml" && !strings.Contains(t, "group:") || strings.Contains(t, "// indirect") || strings.Contains(t, "<scope>test") || strings.Contains(t, "testImplementation") {
				continue
			}
			for w := range strings.FieldsFuncSeq(t, func(r rune) bool { return strings.ContainsRune(" \t\"'`,;()<>=~^![]{}", r) }) {
				put(x.packageOf(w), i+1, w)
			}
		case docker:
			if f := strings.Fields(t); len(f) > 1 && strings.EqualFold(f[0], "FROM") {
				for _, w := range f[1:] {
					if !strings.HasPrefix(w, "--") {
						put(x.imageOf(w), i+1, w)
						break
					}
				}
			}
		case ext == ".tf":
			if m := resourceRE.FindStringSubmatch(l); m != nil {
				put(x.resourceOf(m[1]), i+1, m[1])
			} else if m := engineRE.FindStringSubmatch(l); m != nil {
				put(x.words[strings.TrimPrefix(m[1], "aurora-")], i+1, m[1])
			} else if m := moduleRE.FindStringSubmatch(l); m != nil {
				put(x.words[m[1]], i+1, m[1])
			}
		case ext == ".yaml" || ext == ".yml" || ext == ".json" || ext == ".properties":
			if m := imageLineRE.FindStringSubmatch(l); m != nil && !strings.Contains(m[1], "://") {
				put(x.imageOf(m[1]), i+1, m[1])
			} else if m := classRE.FindStringSubmatch(l); m != nil {
				put(x.classOf(m[1]), i+1, m[1])
			} else if chart && chartRE.MatchString(l) {
				name := chartRE.FindStringSubmatch(l)[1]
				put(x.images[strings.ToLower(name)], i+1, name)
			}
		}
	}
	return out
}

// speaks counts the names of technologies in code: identifiers, texts and
// imports, part by part.
func speaks(ts []token, count map[*technology]int) {
	x := indexTechnologies()
	for _, t := range ts {
		if t.kind == tokSign || len(t.text) < 2 || len(t.text) > 400 {
			continue
		}
		if of := x.packageOf(t.text); of != nil {
			count[of]++
			continue
		}
		seen := map[*technology]bool{}
		for w := range strings.FieldsFuncSeq(humps(t.text), func(r rune) bool { return (r < '0' || r > '9') && (r < 'a' || r > 'z') && r < 0x80 }) {
			of := x.words[w]
			if of == nil {
				of = x.words[strings.TrimRight(w, "0123456789")]
			}
			if of == nil {
				of = x.packages[w]
			}
			if of != nil && !seen[of] {
				seen[of] = true
				count[of]++
			}
		}
	}
}

// humps separates the words of a camelCase name, in lower case.
func humps(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			if i > 0 && (s[i-1] >= 'a' && s[i-1] <= 'z' || i+1 < len(s) && s[i+1] >= 'a' && s[i+1] <= 'z' && s[i-1] >= 'A' && s[i-1] <= 'Z') {
				// PostgreSQL and MySQL are one word each.
				if !strings.HasPrefix(s[i:], "SQL") && !strings.HasPrefix(s[i:], "DB") && !strings.HasPrefix(s[i:], "MQ") {
					b.WriteByte(' ')
				}
			}
			c += 'a' - 'A'
		}
		b.WriteByte(c)
	}
	return b.String()
}

// says reports whether a text names the technology; lower is the text in lower
// case.
func (t *technology) says(text, lower string) bool { return t.find(text, lower, 0) >= 0 }

// find returns where a text names the technology at or after from, or -1.
func (t *technology) find(text, lower string, from int) int {
	best := -1
	look := func(in, w string) {
		for at := from; ; {
			i := strings.Index(in[at:], w)
			if i < 0 {
				return
			}
			i += at
			end := i + len(w)
			if (i == 0 || !letterOrDigit(in[i-1])) && (end == len(in) || !letter(in[end]) || w[0] >= 0x80) {
				if best < 0 || i < best {
					best = i
				}
				return
			}
			at = end
		}
	}
	for _, w := range t.words {
		if w[0] >= 'A' && w[0] <= 'Z' {
			look(text, w)
		} else {
			look(lower, w)
		}
	}
	if strings.Contains(t.name, " ") {
		look(lower, strings.ToLower(t.name))
	}
	return best
}

func letter(b byte) bool        { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_' }
func letterOrDigit(b byte) bool { return letter(b) || b >= '0' && b <= '9' }
