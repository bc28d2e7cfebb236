CREATE TABLE `customer_features` (
  `customer_id` BIGINT NOT NULL,
  `orders_30d` INT NOT NULL,
  `amount_krw_30d` DECIMAL(14, 0) NOT NULL,
  `last_ordered_at` DATETIME NOT NULL,
  `computed_at` DATETIME NOT NULL,
  PRIMARY KEY (`customer_id`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
