package main

import (
	"context"
	"fmt"

	"gocloud.dev/secrets"
	_ "gocloud.dev/secrets/hashivault"   // OpenBao and Vault: hashivault://KEY, with VAULT_SERVER_URL and VAULT_SERVER_TOKEN
	_ "gocloud.dev/secrets/localsecrets" // base64key://KEY: for trying it out

	"rufaa/internal/keyfile"
)

// safe is where the realm's key file is kept.
func (p *place) safe(ctx context.Context) (keyfile.Safe, error) {
	if p.KMS == "" {
		return keyfile.Safe{}, nil
	}
	keeper, err := secrets.OpenKeeper(ctx, p.KMS)
	if err != nil {
		return keyfile.Safe{}, fmt.Errorf("the KMS cannot be used: %w", err)
	}
	return keyfile.Under(keeper), nil
}
