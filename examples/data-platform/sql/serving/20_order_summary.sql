CREATE TABLE `order_summary` (
  `order_id` BIGINT NOT NULL,
  `customer_id` BIGINT NOT NULL,
  `status` VARCHAR(16) NOT NULL,
  `amount_krw` DECIMAL(12, 0) NOT NULL,
  `paid_at` DATETIME NULL,
  `computed_at` DATETIME NOT NULL,
  PRIMARY KEY (`order_id`),
  KEY `ix_customer` (`customer_id`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
