repository=registry.example.com/opentofu-providers/upload-backed/openai
version=0.1.0

# An archive for each platform that you use.
for arch in amd64 arm64; do
  oras push --artifact-type application/vnd.opentofu.provider-target --artifact-platform "linux/$arch" \
    "$repository:$version-linux-$arch" "terraform-provider-openai_${version}_linux_$arch.zip:archive/zip"
done

# The version that OpenTofu looks for.
oras manifest index create --artifact-type application/vnd.opentofu.provider \
  "$repository:$version" "$version-linux-amd64" "$version-linux-arm64"
