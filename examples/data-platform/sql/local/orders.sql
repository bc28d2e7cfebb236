-- 로컬 스택의 orders-db. 운영 스키마는 주문개발팀 저장소에 있다.
CREATE TABLE orders (
  id BIGINT PRIMARY KEY AUTO_INCREMENT,
  customer_id BIGINT NOT NULL,
  status VARCHAR(16) NOT NULL,
  amount_krw DECIMAL(12, 0) NOT NULL,
  ordered_at DATETIME(3) NOT NULL,
  updated_at DATETIME(3) NOT NULL
);

CREATE TABLE order_items (
  id BIGINT PRIMARY KEY AUTO_INCREMENT,
  order_id BIGINT NOT NULL,
  sku VARCHAR(32) NOT NULL,
  quantity INT NOT NULL,
  price_krw DECIMAL(12, 0) NOT NULL
);

CREATE TABLE payments (
  id BIGINT PRIMARY KEY AUTO_INCREMENT,
  order_id BIGINT NOT NULL,
  method VARCHAR(16) NOT NULL,
  amount_krw DECIMAL(12, 0) NOT NULL,
  paid_at DATETIME(3)
);

CREATE USER 'debezium'@'%' IDENTIFIED BY 'local-only';
GRANT SELECT, RELOAD, SHOW DATABASES, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'debezium'@'%';
