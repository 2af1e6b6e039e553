void porting_crypto_start(void);

void porting_crypto_start(void)
{
}
