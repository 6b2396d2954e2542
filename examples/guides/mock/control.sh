set -eu
mkdir -p mock
rm -f mock/urls
openai-mock -dir mock/state -control 127.0.0.1:0 -control-token sesame >mock/urls &
trap 'kill $!' EXIT
until [ "$(wc -l <mock/urls)" -eq 2 ]; do sleep 0.1; done
OPENAI_BASE_URL=$(sed -n 1p mock/urls) OPENAI_API_KEY=sk-mock
export OPENAI_BASE_URL OPENAI_API_KEY

control() { curl -sS --fail-with-body -H "Authorization: Bearer sesame" "$@"; }
url=$(sed -n 2p mock/urls)
control -X POST -d @faults.json "$url/faults"
control -X POST -d '{"advance":"720h"}' "$url/clock"
curl -sS --fail-with-body -H "Authorization: Bearer $OPENAI_API_KEY" "$OPENAI_BASE_URL/files"
control "$url/journal?op=list_files"
