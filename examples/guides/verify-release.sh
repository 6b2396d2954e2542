gh release download v0.1.0 --repo upload-backed/terraform-provider-openai --pattern '*SHA256SUMS*' --pattern '*linux_amd64*'
curl -fLO https://raw.githubusercontent.com/upload-backed/terraform-provider-openai/v0.1.0/.github/release-key.asc

# That the checksums are the project's, and the archive is the one that they name.
gpg --import release-key.asc
gpg --verify terraform-provider-openai_0.1.0_SHA256SUMS.sig terraform-provider-openai_0.1.0_SHA256SUMS
sha256sum --check --ignore-missing terraform-provider-openai_0.1.0_SHA256SUMS

# Which workflow built it, from which commit.
gh attestation verify terraform-provider-openai_0.1.0_linux_amd64.zip --repo upload-backed/terraform-provider-openai
