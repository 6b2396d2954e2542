curl --fail --silent --show-error https://api.openai.com/v1/batches \
  --header "Authorization: Bearer $OPENAI_API_KEY" \
  --header "Content-Type: application/json" \
  --data '{
    "input_file_id": "'"$(terraform output -raw batch_input_file_id)"'",
    "endpoint": "/v1/responses",
    "completion_window": "24h"
  }'
