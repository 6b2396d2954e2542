//go:build ignore

package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/openai/openai-go/v3"
)

func main() {
	client := openai.NewClient() // OPENAI_BASE_URL and OPENAI_API_KEY say where, and who
	file, err := client.Files.New(context.Background(), openai.FileNewParams{
		File:    openai.File(strings.NewReader("Some text."), "notes.txt", "text/plain"),
		Purpose: openai.FilePurposeUserData,
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(file.ID)
}
