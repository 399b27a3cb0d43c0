//go:build !linux

package main

import "errors"

func usableCPUs() ([]int, error) { return nil, errors.ErrUnsupported }

func pin(int) error { return errors.ErrUnsupported }
