-- 표는 orders-bigquery-sink가 만든다. 데이터 세트와 보존 기간만 여기서 정한다.
CREATE SCHEMA IF NOT EXISTS `dalbit-analytics.raw_orders`
OPTIONS (
  location = 'asia-northeast3',
  default_partition_expiration_days = 90,
  description = '주문 변경. 관제와 탐색 분석에 쓴다.'
);
