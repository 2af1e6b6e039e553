# A new trust package goes into the bank that is in force.
s/\(uint8_t\)\(1 - keyring->bank\) : 0/keyring->bank : 0/
