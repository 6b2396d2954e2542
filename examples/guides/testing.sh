set -eu
rm -f mock.url
openai-mock >mock.url &
trap 'kill $!' EXIT
until [ -s mock.url ]; do sleep 0.1; done
OPENAI_BASE_URL=$(cat mock.url)
export OPENAI_BASE_URL
terraform init -input=false
terraform test
