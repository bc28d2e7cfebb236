CREATE SCHEMA IF NOT EXISTS staging;
CREATE SCHEMA IF NOT EXISTS mart;

CREATE GROUP data_reader;
CREATE GROUP data_steward;

GRANT USAGE ON SCHEMA mart TO GROUP data_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA mart TO GROUP data_reader;
GRANT USAGE ON SCHEMA raw TO GROUP data_steward;
GRANT SELECT ON raw.quarantine_orders TO GROUP data_steward;

-- 셀프서브: Airbyte는 saas에만, Mage는 sandbox에만 쓴다 (ADR-0017).
CREATE SCHEMA IF NOT EXISTS saas;
CREATE SCHEMA IF NOT EXISTS sandbox;
GRANT ALL ON SCHEMA saas TO airbyte;
GRANT ALL ON SCHEMA sandbox TO mage;
GRANT USAGE ON SCHEMA saas, mart TO mage;
GRANT SELECT ON ALL TABLES IN SCHEMA saas, mart TO mage;
