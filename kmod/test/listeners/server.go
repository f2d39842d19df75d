// SPDX-License-Identifier: GPL-2.0
package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(r.RemoteAddr)
		fmt.Fprintln(w, r.RemoteAddr)
	})
	panic(http.ListenAndServe(":"+os.Args[1], nil))
}
