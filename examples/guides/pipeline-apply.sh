# The second job, in a checkout of the same commit, with what the first one passed.
set -eu
export TF_IN_AUTOMATION=true
terraform init -input=false
terraform apply -input=false -lock-timeout=10m tfplan
