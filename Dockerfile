FROM golang:1.26-alpine AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -o /lintel ./cmd/lintel

# A shell and git: CI jobs run scripts, and history is read through git.
FROM alpine:3.22
# GitLab's runner clones as another user than the one here, and git would not read
# that clone.
RUN apk add --no-cache ca-certificates git && adduser -D lintel \
    && git config --system --add safe.directory '*'
COPY --from=build /lintel /usr/local/bin/lintel
USER lintel
WORKDIR /work
