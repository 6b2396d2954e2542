// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package localfile

// typeOf returns the MIME type of a lower-case extension without its dot, or "".
//
// What the API's documentation lists for file search, code interpreter and
// images has the type given there; the rest has the registered or usual one.
// Changing an entry changes what new Files are announced as.
//
//nolint:gocyclo // it is a table; as a switch nothing can write to it
func typeOf(extension string) string {
	switch extension {
	// Data.
	case "jsonl", "ndjson":
		return jsonLines
	case "json":
		return "application/json"
	case "csv":
		return "text/csv"
	case "tsv":
		return "text/tab-separated-values"
	case "xml":
		return "text/xml"
	case "yaml", "yml":
		return "application/yaml"
	case "toml":
		return "application/toml"
	case "geojson":
		return "application/geo+json"
	case "ipynb":
		return "application/x-ipynb+json"
	case "parquet":
		return "application/vnd.apache.parquet"
	case "arrow":
		return "application/vnd.apache.arrow.file"
	case "sqlite", "sqlite3":
		return "application/vnd.sqlite3"
	case "pkl", "bin":
		return unknownType

	// Text and documents.
	case "txt", "text", "log":
		return "text/plain"
	case "md", "markdown":
		return "text/markdown"
	case "html", "htm":
		return "text/html"
	case "css":
		return "text/css"
	case "tex":
		return "text/x-tex"
	case "rtf":
		return "application/rtf"
	case "pdf":
		return "application/pdf"
	case "epub":
		return "application/epub+zip"
	case "eml":
		return "message/rfc822"
	case "ics":
		return "text/calendar"
	case "vcf":
		return "text/vcard"
	case "doc":
		return "application/msword"
	case "docx":
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	case "ppt":
		return "application/vnd.ms-powerpoint"
	case "pptx":
		return "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	case "xls":
		return "application/vnd.ms-excel"
	case "xlsx":
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case "odt":
		return "application/vnd.oasis.opendocument.text"
	case "ods":
		return "application/vnd.oasis.opendocument.spreadsheet"
	case "odp":
		return "application/vnd.oasis.opendocument.presentation"

	// Source code.
	case "c", "h":
		return "text/x-c"
	case "cpp", "cc", "cxx", "hpp":
		return "text/x-c++"
	case "cs":
		return "text/x-csharp"
	case "go":
		return "text/x-golang"
	case "java":
		return "text/x-java"
	case "js", "mjs", "cjs":
		return "text/javascript"
	case "kt":
		return "text/x-kotlin"
	case "lua":
		return "text/x-lua"
	case "php":
		return "text/x-php"
	case "pl":
		return "text/x-perl"
	case "py":
		return "text/x-python"
	case "rb":
		return "text/x-ruby"
	case "rs":
		return "text/x-rust"
	case "scala":
		return "text/x-scala"
	case "sh":
		return "application/x-sh"
	case "sql":
		return "application/sql"
	case "swift":
		return "text/x-swift"
	case "ts":
		return "application/typescript"

	// Images.
	case "avif":
		return "image/avif"
	case "bmp":
		return "image/bmp"
	case "gif":
		return "image/gif"
	case "heic":
		return "image/heic"
	case "heif":
		return "image/heif"
	case "jpg", "jpeg":
		return "image/jpeg"
	case "png":
		return "image/png"
	case "svg":
		return "image/svg+xml"
	case "tif", "tiff":
		return "image/tiff"
	case "webp":
		return "image/webp"

	// Sound, film and subtitles.
	case "aac":
		return "audio/aac"
	case "flac":
		return "audio/flac"
	case "m4a":
		return "audio/mp4"
	case "mp3", "mpga":
		return "audio/mpeg"
	case "ogg", "oga", "opus":
		return "audio/ogg"
	case "wav":
		return "audio/wav"
	case "avi":
		return "video/x-msvideo"
	case "mkv":
		return "video/matroska"
	case "mov":
		return "video/quicktime"
	case "mp4", "m4v":
		return "video/mp4"
	case "mpeg", "mpg":
		return "video/mpeg"
	case "webm":
		return "video/webm"
	case "srt":
		return "application/x-subrip"
	case "vtt":
		return "text/vtt"

	// Archives.
	case "7z":
		return "application/x-7z-compressed"
	case "bz2":
		return "application/x-bzip2"
	case "gz", "tgz":
		return "application/gzip"
	case "rar":
		return "application/vnd.rar"
	case "tar":
		return "application/x-tar"
	case "xz":
		return "application/x-xz"
	case "zip":
		return "application/zip"
	case "zst":
		return "application/zstd"
	}
	return ""
}
