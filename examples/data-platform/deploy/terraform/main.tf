terraform {
  required_version = ">= 1.9"
  required_providers {
    aws    = { source = "hashicorp/aws", version = "~> 5.80" }
    google = { source = "hashicorp/google", version = "~> 6.14" }
  }
  backend "s3" {
    bucket = "dalbit-terraform"
    key    = "data-platform.tfstate"
    region = "ap-northeast-2"
  }
}

variable "subnet_ids" {
  description = "가용 영역마다 하나씩, 셋"
  type        = list(string)
}

variable "eks_role_arn" {
  type = string
}

resource "aws_eks_cluster" "prod" {
  name     = "dalbit-prod"
  role_arn = var.eks_role_arn
  version  = "1.31"
  vpc_config {
    subnet_ids = var.subnet_ids
  }
}

resource "aws_msk_cluster" "main" {
  cluster_name           = "dalbit-msk"
  kafka_version          = "3.8.x"
  number_of_broker_nodes = 3
  broker_node_group_info {
    instance_type  = "kafka.m7g.large"
    client_subnets = var.subnet_ids
    storage_info {
      ebs_storage_info {
        volume_size = 500
      }
    }
  }
}

resource "aws_s3_bucket" "lake" {
  bucket = "dalbit-lake"
}

resource "aws_redshiftserverless_namespace" "dw" {
  namespace_name = "dalbit-dw"
  db_name        = "dw"
}

resource "aws_redshiftserverless_workgroup" "dw" {
  workgroup_name = "dalbit-dw"
  namespace_name = aws_redshiftserverless_namespace.dw.namespace_name
  base_capacity  = 32
  max_capacity   = 128
  subnet_ids     = var.subnet_ids
}

resource "aws_db_instance" "serving" {
  identifier                  = "serving-db"
  engine                      = "mysql"
  engine_version              = "8.0"
  instance_class              = "db.r7g.large"
  allocated_storage           = 100
  db_name                     = "serving"
  multi_az                    = true
  username                    = "admin"
  manage_master_user_password = true
}

resource "google_bigquery_dataset" "raw_orders" {
  project    = "dalbit-analytics"
  dataset_id = "raw_orders"
  location   = "asia-northeast3"
}
