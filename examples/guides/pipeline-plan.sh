# The first job. Pass tfplan, .terraform.lock.hcl and build/ to the second one.
set -eu
export TF_IN_AUTOMATION=true
TF_VAR_catalogue_sha256=$(sha256sum build/catalogue.pdf | cut -d ' ' -f 1)
export TF_VAR_catalogue_sha256
terraform init -input=false
terraform plan -input=false -lock-timeout=10m -out=tfplan
