#!/bin/sh
echo "scripted password"
