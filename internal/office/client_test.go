package office_test

import "rufaa/internal/accounts"

var accountsClient = accounts.Client{Device: "test", Kind: accounts.Web}
