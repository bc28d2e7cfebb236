-- 30일 동안 갱신되지 않은 특성과 90일이 지난 요약을 매달 1일에 지운다.
CREATE EVENT `purge_stale`
ON SCHEDULE EVERY 1 MONTH STARTS '2026-02-01 04:00:00'
DO
  DELETE FROM `customer_features` WHERE `computed_at` < NOW() - INTERVAL 30 DAY;

CREATE EVENT `purge_old_orders`
ON SCHEDULE EVERY 1 MONTH STARTS '2026-02-01 04:30:00'
DO
  DELETE FROM `order_summary` WHERE `computed_at` < NOW() - INTERVAL 90 DAY;
