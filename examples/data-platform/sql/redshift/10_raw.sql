CREATE SCHEMA IF NOT EXISTS raw;

CREATE TABLE IF NOT EXISTS raw.orders (
  id BIGINT,
  customer_id BIGINT,
  status VARCHAR(16),
  amount_krw DECIMAL(12, 0),
  ordered_at TIMESTAMP,
  updated_at TIMESTAMP,
  __source_ts_ms BIGINT,
  __op VARCHAR(1),
  __deleted VARCHAR(5),
  loaded_at TIMESTAMP DEFAULT GETDATE()
) SORTKEY (updated_at);

CREATE TABLE IF NOT EXISTS raw.order_items (
  id BIGINT,
  order_id BIGINT,
  sku VARCHAR(32),
  quantity INT,
  price_krw DECIMAL(12, 0),
  __source_ts_ms BIGINT,
  __op VARCHAR(1),
  __deleted VARCHAR(5)
) SORTKEY (order_id);

CREATE TABLE IF NOT EXISTS raw.payments (
  id BIGINT,
  order_id BIGINT,
  method VARCHAR(16),
  amount_krw DECIMAL(12, 0),
  paid_at TIMESTAMP,
  __source_ts_ms BIGINT,
  __op VARCHAR(1),
  __deleted VARCHAR(5)
) SORTKEY (order_id);

CREATE TABLE IF NOT EXISTS raw.app_events (
  event_id VARCHAR(36),
  event_name VARCHAR(64),
  customer_id BIGINT,
  session_id VARCHAR(36),
  occurred_at TIMESTAMP,
  received_at TIMESTAMP
) SORTKEY (received_at);

CREATE TABLE IF NOT EXISTS raw.quarantine_orders (
  LIKE raw.orders
);
ALTER TABLE raw.quarantine_orders ADD COLUMN quarantined_at TIMESTAMP;
