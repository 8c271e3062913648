# shellcheck shell=bash
# The secured listeners of tools/kafka. To be sourced. Everything is made anew for each cluster, for
# this machine, and goes with it:
#
#   security/ca.pem              the authority that has signed all certificates
#   security/stranger.pem        another one, which has signed none of them
#   security/client.{pem,key}    what a client shows for mutual TLS
#   security/user, password      for PLAIN and SCRAM
#   security/issuer.key          signs tokens for OAUTHBEARER (RS256, kid "test"), which need
#                                "iss": "batchmill-test", "aud": "kafka", "sub", "iat" and "exp"
#   security/sasl, mutual        the addresses of the two listeners

certificate_authority() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$2" -keyout "$1.key" -out "$1.pem" 2>/dev/null
}

# signed_certificate FILE NAME: FILE.key and FILE.pem, signed by ca beside it.
signed_certificate() {
    local folder
    folder=$(dirname "$1")
    openssl req -newkey rsa:2048 -nodes -subj "/CN=$2" -keyout "$1.key" -out "$1.csr" 2>/dev/null
    openssl x509 -req -in "$1.csr" -days 30 -CA "$folder/ca.pem" -CAkey "$folder/ca.key" -CAcreateserial \
        -extfile <(printf 'subjectAltName=IP:127.0.0.1,DNS:localhost') -out "$1.pem" 2>/dev/null
    rm "$1.csr"
}

# url_base64: what comes in, in base64url without padding.
url_base64() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

# The public half of the issuer's key as a JSON Web Key Set (RFC 7517).
key_set() {
    local modulus
    modulus=$(openssl rsa -in "$1" -noout -modulus 2>/dev/null | sed 's/^Modulus=//; s/../\\x&/g')
    # shellcheck disable=SC2059
    printf '{"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"test","e":"AQAB","n":"%s"}]}\n' \
        "$(printf "$modulus" | url_base64)"
}

make_security() {
    local folder=$1
    mkdir -p "$folder"
    chmod 700 "$folder"
    certificate_authority "$folder/ca" "batchmill test authority"
    certificate_authority "$folder/stranger" "another authority"
    signed_certificate "$folder/broker" 127.0.0.1
    signed_certificate "$folder/client" mill
    cat "$folder/broker.key" "$folder/broker.pem" >"$folder/broker-both.pem"
    openssl genrsa -out "$folder/issuer.key" 2048 2>/dev/null
    key_set "$folder/issuer.key" >"$folder/jwks.json"
    printf 'mill' >"$folder/user"
    openssl rand -hex 16 | tr -d '\n' >"$folder/password"
}

# scram_users HOME: options for formatting the storage, one a line.
scram_users() {
    local user password
    user=$(<"$1/security/user")
    password=$(<"$1/security/password")
    for mechanism in SCRAM-SHA-256 SCRAM-SHA-512; do
        printf '%s\n%s\n' --add-scram "$mechanism=[name=$user,password=$password]"
    done
}

# secure_nodes HOME COUNT: adds the listeners to the properties of all nodes.
secure_nodes() {
    local home=$1 count=$2 folder=$1/security sasl=() mutual=() module=org.apache.kafka.common.security
    make_security "$folder"
    for ((k = 1; k <= count; k++)); do
        sasl[k]=127.0.0.1:$(free_port)
        mutual[k]=127.0.0.1:$(free_port)
        sed -i -E "s|^((advertised\.)?listeners=.*)|\1,SASL://${sasl[k]},MUTUAL://${mutual[k]}|
            s|^(listener.security.protocol.map=.*)|\1,SASL:SASL_SSL,MUTUAL:SSL|" "$home/node-$k/properties"
        cat >>"$home/node-$k/properties" <<PROPERTIES
ssl.keystore.type=PEM
ssl.keystore.location=$folder/broker-both.pem
ssl.truststore.type=PEM
ssl.truststore.location=$folder/ca.pem
listener.name.mutual.ssl.client.auth=required
listener.name.sasl.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER
listener.name.sasl.plain.sasl.jaas.config=$module.plain.PlainLoginModule required user_$(<"$folder/user")="$(<"$folder/password")";
listener.name.sasl.scram-sha-256.sasl.jaas.config=$module.scram.ScramLoginModule required;
listener.name.sasl.scram-sha-512.sasl.jaas.config=$module.scram.ScramLoginModule required;
listener.name.sasl.oauthbearer.sasl.jaas.config=$module.oauthbearer.OAuthBearerLoginModule required;
listener.name.sasl.oauthbearer.sasl.server.callback.handler.class=$module.oauthbearer.OAuthBearerValidatorCallbackHandler
listener.name.sasl.oauthbearer.sasl.oauthbearer.jwks.endpoint.url=file://$folder/jwks.json
listener.name.sasl.oauthbearer.sasl.oauthbearer.expected.audience=kafka
listener.name.sasl.oauthbearer.sasl.oauthbearer.expected.issuer=batchmill-test
# A connection lasts no longer than the token that opened it, as at Event Hubs.
listener.name.sasl.oauthbearer.connections.max.reauth.ms=3600000
PROPERTIES
    done
    (IFS=,; printf '%s' "${sasl[*]}" >"$folder/sasl"; printf '%s' "${mutual[*]}" >"$folder/mutual")
}
