/** Generated from share/openapi.yaml by scripts/generate-api.mjs; not for editing. */
export interface paths {
    "/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in */
        get: operations["getSession"];
        put?: never;
        /** First factor */
        post: operations["signIn"];
        /** Sign out, also between password and second factor */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/kerberos": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** First factor by a Kerberos ticket of the city's domain: asks for one with Negotiate (RFC 4559), takes one token */
        get: operations["signInByTicket"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Second factor, by TOTP or a recovery code */
        post: operations["giveSecondFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/sign-on": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where people of the cities sign in besides */
        get: operations["listSignOn"];
        put?: never;
        /** Where to go to sign in at a provider; a sealed cookie keeps the attempt for ten minutes */
        post: operations["beginSignOn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/sign-on/finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What the provider sent back with the browser; once */
        post: operations["finishSignOn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/sign-on/{provider}/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a provider that speaks SAML is told of this server */
        get: operations["getSignOnMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/sign-on/{provider}/response": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Where a page of the provider posts its SAML response; kept for two minutes, and the browser is sent on to the page that finishes the attempt */
        post: operations["takeSignOnResponse"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/passkey/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What to ask the browser for: between password and second factor one of the account's passkeys, else anybody's with user verification in place of password and code */
        post: operations["askForPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in with a passkey: as second factor where one is due, else in place of password and code */
        post: operations["signInByPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Use a one-time link to set a password (or prove the one of the city's directory); answers with the second factor to enrol */
        post: operations["beginSetup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/setup/look": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Whose one-time link this is, and whether it can still be used */
        post: operations["lookAtSetup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/setup/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Prove the second factor; signs in and shows recovery codes once */
        post: operations["finishSetup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/setup/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A passkey in place of the authenticator app, after the password of the one-time link */
        post: operations["beginSetupPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/setup/passkey/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Register the passkey; signs in and shows recovery codes once */
        post: operations["finishSetupPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** My language and mail address */
        patch: operations["changeAccount"];
        trace?: never;
    };
    "/account/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change my password */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enrol a new authenticator in place of the one there is: needs the proof of the owner */
        post: operations["beginTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/totp/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Prove the new authenticator */
        post: operations["finishTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/totp/remove": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Remove the authenticator app, not the last second factor: needs the proof of the owner */
        post: operations["removeTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** New recovery codes, the old ones end: needs the proof of the owner */
        post: operations["renewRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My passkeys and whether I have an authenticator app */
        get: operations["listPasskeys"];
        put?: never;
        /** Register the passkey that the browser made */
        post: operations["registerPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/passkeys/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a passkey: needs the proof of the owner */
        post: operations["beginPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/passkeys/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What to ask the browser for to prove a passkey there is */
        post: operations["askForPasskeyProof"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/passkeys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Give a passkey another name */
        patch: operations["renamePasskey"];
        trace?: never;
    };
    "/account/passkeys/{id}/remove": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Remove a passkey, not the last second factor: needs the proof of the owner */
        post: operations["removePasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where I am signed in */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of my sessions */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My API tokens */
        get: operations["listTokens"];
        put?: never;
        /** Make an API token; it is shown once */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End an API token */
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Accounts of a contract, and the administrators of the installation */
        get: operations["listPeople"];
        put?: never;
        /** Make an account; access begins with an approved roster entry, for an administrator (made by another) with the link */
        post: operations["createPerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/people/directories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Directories of the city that may know the passwords of this contract's people */
        get: operations["listDirectories"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/people/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One account */
        get: operations["getPerson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change name, mail, organisation, whether it may sign in or (administrators only) is an administrator */
        patch: operations["changePerson"];
        trace?: never;
    };
    "/people/{id}/invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a one-time link (also after a lost second factor) */
        post: operations["invitePerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/people/{id}/unlock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a lock-out */
        post: operations["unlockPerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/roster": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The roster (従事者名簿) of a contract */
        get: operations["listRoster"];
        put?: never;
        /** Submit a person for the roster */
        post: operations["submitRoster"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/roster/{id}/papers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The papers of an entry that waits for approval, each with a day or a file; takes the place of those before */
        post: operations["setRosterPapers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/roster/{id}/decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve, refuse or end an entry (nobody decides on his own) */
        post: operations["decideRoster"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/contracts/{contract_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the contract pack says that screens need */
        get: operations["getContract"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/contracts/{contract_id}/contact-trees": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is called, by severity and hour, with the people that stand in the contacts ledger now */
        get: operations["listContactTrees"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ledgers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ledgers and their fields */
        get: operations["listLedgers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ledgers/{ledger}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Rows; a filter is `field=value` as `filter.FIELD=value` */
        get: operations["listRows"];
        put?: never;
        /** Add a row */
        post: operations["createRow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ledgers/{ledger}/rows/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One row */
        get: operations["getRow"];
        put?: never;
        post?: never;
        /** Take a row out (its history stays) */
        delete: operations["deleteRow"];
        options?: never;
        head?: never;
        /** Change fields; the version read must still be the newest */
        patch: operations["changeRow"];
        trace?: never;
    };
    "/ledgers/{ledger}/rows/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every change of every field, by whom and why */
        get: operations["getRowHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ledgers/{ledger}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rows as xlsx or csv, filtered like the list */
        get: operations["exportLedger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ledgers/{ledger}/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Read a file and plan its import; nothing is written */
        post: operations["planImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The plan and what came of it */
        get: operations["getImport"];
        put?: never;
        post?: never;
        /** Drop a plan that was not executed */
        delete: operations["dropImport"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The plan row by row */
        get: operations["listImportRows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}/execute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Do exactly what the plan says, or nothing */
        post: operations["executeImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take back an executed import */
        post: operations["undoImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/attachments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Upload a file to refer to from a row or an incident */
        post: operations["addAttachment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/attachments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The file */
        get: operations["getAttachment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/today": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What needs me now */
        get: operations["getToday"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Devices with their state */
        get: operations["listDevices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/devices/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One device */
        get: operations["getDevice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/devices/{id}/interfaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Interfaces with their newest figures */
        get: operations["listInterfaces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/devices/{id}/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is measured on the device */
        get: operations["listMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/devices/{id}/series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One metric over time, thinned to at most `points` */
        get: operations["getSeries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/devices/{id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Retrieved logs of a device */
        get: operations["listDeviceLogs"];
        put?: never;
        /** Log in to the device now and keep the output of its read-only commands */
        post: operations["retrieveLog"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/logs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A retrieved log with its text */
        get: operations["getLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/map": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Devices and what they hang on
         * @description Without a site, and with more than 1,000 devices, nodes and edges are empty: ask site by site.
         */
        get: operations["getMap"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Alerts, newest first */
        get: operations["listAlerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alerts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One alert */
        get: operations["getAlert"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alerts/{id}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Somebody looks after it */
        post: operations["acknowledgeAlert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alerts/{id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Write a comment */
        post: operations["commentAlert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/silences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Silences (静観) */
        get: operations["listSilences"];
        put?: never;
        /** Announce nothing of these devices or this site for a time */
        post: operations["createSilence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/silences/{id}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End it now */
        post: operations["endSilence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traps/counters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every trap accounted: received = stored + refused + lost */
        get: operations["getTrapCounters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traps/senders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Senders whose traps were refused */
        get: operations["listTrapSenders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/traps/senders/{id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** From now on these traps are this device's */
        post: operations["acceptTrapSender"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/syslog/counters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every line of syslog accounted: received = stored + waiting + refused + dropped */
        get: operations["getSyslogCounters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/syslog/senders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who sends syslog, with the difference of its clock; senders in no register for who may accept them */
        get: operations["listSyslogSenders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/syslog/senders/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** From now on lines from this address are this device's */
        post: operations["acceptSyslogSender"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rounds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Morning rounds */
        get: operations["listRounds"];
        put?: never;
        /** Ping every device once now */
        post: operations["startRound"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Incidents, newest first */
        get: operations["listIncidents"];
        put?: never;
        /** Open an incident by hand (a call, a mail) */
        post: operations["createIncident"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/incidents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One incident with clocks, reports, contacts and logs */
        get: operations["getIncident"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Title, severity, owner, whether a service is stopped; title and severity with a reason */
        patch: operations["changeIncident"];
        trace?: never;
    };
    "/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tickets of every kind and requests; total on the first page alone, and no higher than 10,000 (5,000 of a search) */
        get: operations["listTickets"];
        put?: never;
        /** Take in a call or a mail */
        post: operations["createTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tickets/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Acknowledge or assign several at once */
        post: operations["changeTickets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/desk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Kinds of ticket with their stages, and views of the list */
        get: operations["getDesk"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/callers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who may be calling or about what: people, sections and devices by any part of name, reading or extension */
        get: operations["findCallers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ticket-views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keep a view of the list, for oneself or for all */
        post: operations["saveTicketView"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ticket-views/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Forget a view */
        delete: operations["removeTicketView"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inquiries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What one has asked the desk oneself */
        get: operations["listInquiries"];
        put?: never;
        /** Ask the desk */
        post: operations["fileInquiry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inquiries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of ones own with its answers */
        get: operations["getInquiry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inquiries/{id}/files/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file that one sent with ones inquiry, or that came with its answers */
        get: operations["getInquiryFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inquiries/{id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Write back to the desk */
        post: operations["writeInquiry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/incidents/{id}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Close it in favour of another ticket */
        post: operations["mergeIncident"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/incidents/{id}/unmerge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a merge back */
        post: operations["unmergeIncident"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/incidents/{id}/replies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Write to the caller, by mail or in the portal */
        post: operations["replyToCaller"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/incidents/{id}/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that it has to do with another ticket or request */
        post: operations["linkIncident"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/incidents/{id}/links/{other}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a link away */
        delete: operations["unlinkIncident"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/owners": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who can own an incident: people on the roster today whose role works on incidents */
        get: operations["listOwners"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/incidents/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened, oldest first, from the journal; who saw personal data of it only when asked for */
        get: operations["getTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/incidents/{id}/notes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Write down what was seen or done */
        post: operations["addNote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/incidents/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Something that starts, stops or pauses clocks happened (contacted, arrived, work_started, restored, paused, resumed) */
        post: operations["recordIncidentEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/incidents/{id}/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** First, interim or final report; parts that the contract requires must be there to submit */
        post: operations["addIncidentReport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/incidents/{id}/handover": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hand over to maintenance */
        post: operations["handOver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/incidents/{id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Close with a reason; a breached clock needs its own reason first */
        post: operations["closeIncident"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/incidents/{id}/reopen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open a closed incident again */
        post: operations["reopenIncident"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/clocks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Running clocks, the soonest due first */
        get: operations["listClocks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/clocks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A clock with its account line by line */
        get: operations["getClock"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/clocks/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A clock as judged then (by the pack that was in force) and as judged now */
        get: operations["replayClock"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/clocks/{id}/reason": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Why the limit was not kept */
        post: operations["giveClockReason"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Phone calls to make now */
        get: operations["listCalls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What came of the call */
        post: operations["recordCall"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/forms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Forms of the contract */
        get: operations["listForms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/forms/{form}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One form, its fields and its steps */
        get: operations["getForm"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/forms/{form}/fields/{field}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Rows that a field of a form chooses from, at most 20, names only */
        get: operations["listFormRows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/colleagues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** People with access to the contract now, at most 20, names only */
        get: operations["listColleagues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/work-kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Kinds of work with what they need */
        get: operations["listWorkKinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/work-summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Orders by state, and what is overdue */
        get: operations["getWorkSummary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/equipment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the specification counts beside what the device ledger holds */
        get: operations["listEquipment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/work-due": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What of work is late or due within seven days, the most urgent first */
        get: operations["getWorkDue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/work-regular": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Regular work of one fiscal year, planned, done or late */
        get: operations["listRegularWork"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/work-machines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Machines that a filter of the ledger finds, by site */
        get: operations["listWorkMachines"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/work-field": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All that a telephone takes along */
        get: operations["getFieldWork"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/work-orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Work orders, newest first */
        get: operations["listWorkOrders"];
        put?: never;
        /** Order a work */
        post: operations["openWorkOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/work-orders/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One order with its plan, steps and history */
        get: operations["getWorkOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/work-orders/{id}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hand in the plan, by the deadline of its kind */
        post: operations["planWorkOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/work-orders/{id}/decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve, return or reject the plan; the latter two need a reason */
        post: operations["decideWorkPlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/work-orders/{id}/withdrawal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take it back before it is carried out */
        post: operations["withdrawWorkOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/work-orders/{id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin; what is begun already stays as it is */
        post: operations["startWorkOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/work-orders/{id}/steps/{seq}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enter the result of a step */
        post: operations["answerWorkStep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/work-orders/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop what is carried out */
        post: operations["stopWorkOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/work-orders/{id}/stop-decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What becomes of a stopped order */
        post: operations["decideWorkStop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/work-orders/{id}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** All steps have a result: report it */
        post: operations["finishWorkOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/work-orders/{id}/acceptance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accept the result, or send it back with a reason */
        post: operations["acceptWorkOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Campaigns with their progress, newest first */
        get: operations["listCampaigns"];
        put?: never;
        /** One order for each machine or site */
        post: operations["openCampaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One campaign with its progress by site */
        get: operations["getCampaign"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** One plan for many of its orders, each at its own time */
        post: operations["planCampaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve, return or reject many plans at once */
        post: operations["decideCampaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/campaigns/{id}/waves": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open the next wave, on what the one before showed */
        post: operations["openWave"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/visits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Visits from a day on (today unless said) */
        get: operations["listVisits"];
        put?: never;
        /** Several orders of one site in one visit */
        post: operations["planVisit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/visits/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One visit */
        get: operations["getVisit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/visits/{id}/arrival": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The workers are there */
        post: operations["arriveAtVisit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/visits/{id}/departure": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The workers leave; undone orders need a reason */
        post: operations["leaveVisit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/work-notices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Notices from above and from vendors, newest first */
        get: operations["listWorkNotices"];
        put?: never;
        /** Enter a notice */
        post: operations["receiveWorkNotice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/work-notices/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One notice */
        get: operations["getWorkNotice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/work-notices/{id}/assessment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say whether our machines are concerned; those that are get orders */
        post: operations["assessWorkNotice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Requests, newest first */
        get: operations["listRequests"];
        put?: never;
        /** Hand in a form */
        post: operations["submitRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/requests/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One request with its route, rounds and effects */
        get: operations["getRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/requests/{id}/files/{field}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file that was handed in with it */
        get: operations["getRequestFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/requests/{id}/decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve, send back or reject at one step; the latter two need a reason */
        post: operations["decideRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/requests/{id}/withdrawal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take back a request of one's own */
        post: operations["withdrawRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/requests/{id}/submission": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Submit again what was sent back */
        post: operations["resubmitRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/requests/{id}/route": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Another person for a step that is not passed */
        post: operations["rerouteRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/requests/{id}/effects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try a failed effect again */
        post: operations["retryEffect"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/deputies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who stands in for whom */
        get: operations["listDeputies"];
        put?: never;
        /** Name a deputy for certain days */
        post: operations["addDeputy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/deputies/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End it */
        delete: operations["endDeputy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/announcements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What everybody is told today, from the ledger announcements */
        get: operations["listAnnouncements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/expiring": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What runs out soon, and what already has, in every ledger that declares it */
        get: operations["listExpiring"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/deliverables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the contract owes on paper, by due date */
        get: operations["listDeliverables"];
        put?: never;
        /** An occasion: something happened that a paper is due for */
        post: operations["openDeliverable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/deliverables/now": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Late, due within a fortnight, waiting for acceptance */
        get: operations["getDeliverablesNow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/deliverables/kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The deliverables of the contract */
        get: operations["listDeliverableKinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/deliverables/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The list as xlsx, filtered like the list */
        get: operations["exportDeliverables"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/deliverables/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One, with everything that was handed in */
        get: operations["getDeliverable"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** With an event, when it happens that the due date counts from; without, that work on it has begun */
        patch: operations["changeDeliverable"];
        trace?: never;
    };
    "/deliverables/{id}/files/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file as it was handed in */
        get: operations["getDeliverableFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/deliverables/{id}/submissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hand it in; what is handed in is never overwritten */
        post: operations["submitDeliverable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/deliverables/{id}/decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accept, give back with a reason, or say that it is not needed */
        post: operations["decideDeliverable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/passwords": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Privileged ids in use, by when their passwords are to be changed; never a secret */
        get: operations["listPasswords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/passwords/{row}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The password was changed on the machine; it is kept sealed */
        post: operations["recordPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/passwords/{row}/releases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask to see one, with a reason */
        post: operations["askRelease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/releases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who asked to see which password, newest first */
        get: operations["listReleases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/releases/{id}/decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve or refuse; never one’s own */
        post: operations["decideRelease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/releases/{id}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The password, once, to who asked, within minutes of the approval; not with an API token */
        post: operations["showPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/handovers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Hand-overs that were made in the portal, newest first */
        get: operations["listHandovers"];
        put?: never;
        /** Begin the hand-over of the whole contract; the result of the job is its number */
        post: operations["startHandover"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/handovers/{id}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The hand-over as one tar file; that it was taken is written down */
        get: operations["getHandoverFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/erasures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Agreements to erase the contract */
        get: operations["listErasures"];
        put?: never;
        /** Ask for the erasure of the contract, naming the SHA-256 of the manifest that was handed over */
        post: operations["askErasure"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/erasures/{id}/approval": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Agree; never to one’s own */
        post: operations["approveErasure"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reports that were made */
        get: operations["listReports"];
        put?: never;
        /** Make a month's report */
        post: operations["makeReport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports/{id}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The report as a file */
        get: operations["getReportFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/journal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who did what when */
        get: operations["listJournal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/journal/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Recompute every hash */
        post: operations["verifyJournal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/journal/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The chain as text, to verify without Yagura */
        get: operations["exportJournal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Names of stored credentials (never the secrets) */
        get: operations["listCredentials"];
        put?: never;
        /** Store or replace a credential */
        post: operations["storeCredential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/credentials/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a credential */
        delete: operations["removeCredential"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How long work goes on */
        get: operations["getJob"];
        put?: never;
        post?: never;
        /** Stop it */
        delete: operations["cancelJob"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How Yagura itself is */
        get: operations["getStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Live changes as server-sent events; the event is a topic (alert, incident, clock, device, silence, call, job, report, request, deliverable), data is {"id":n,"change":"..."} */
        get: operations["streamEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-search/kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which logs there are, with their fields, what one may see of them, and what to begin with */
        get: operations["listLogKinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Rules that make alerts of logs: the product's with what the contract's pack and its people say of them */
        get: operations["listLogRules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-rules/{rule}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Write a rule of the contract's own, or say what is to be otherwise of one that lies beneath; it counts from the next event on */
        put: operations["changeLogRule"];
        post?: never;
        /** Take back what people said of a rule: one of their own goes, one that lies beneath is again as it was */
        delete: operations["removeLogRule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-rules/{rule}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What people changed of a rule, newest first */
        get: operations["listLogRuleChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-rules/trial": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a rule would have raised in the last seven days; a search of its words as far as rights, purpose and journal go */
        post: operations["tryLogRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-search/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** One page of events; a search of the logs of people needs a purpose and is in the journal */
        post: operations["searchLogs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-search/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Events as lines of JSON, up to a million; the last line is {"outcome", "rows", "next"} */
        post: operations["streamLogs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-search/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** How many events by up to three fields, or over time (histogram); what the text itself says when neither is asked */
        post: operations["countLogs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-search/facets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The most frequent values of category fields, with what to add to the search for each */
        post: operations["getLogFacets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-search/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** How many over time and the facets, as lines of JSON (LogOverview) while they are counted, newest events first; each line takes the place of the one before, the last one says that it is */
        post: operations["streamLogOverview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-search/context": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What the same source did before and after one event */
        post: operations["getLogContext"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-search/reading": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a text is understood as, or where it cannot be read and why */
        post: operations["readLogSearch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-search/suggestions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What could come next where the cursor stands (in characters) */
        post: operations["suggestLogWords"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-search/purpose": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Say why one looks at the logs of people; holds for half an hour */
        put: operations["stateLogPurpose"];
        post?: never;
        /** The work of that purpose is done */
        delete: operations["endLogPurpose"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-search/saved": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Searches under a name: own ones, and those that others of the contract share */
        get: operations["listSavedSearches"];
        put?: never;
        /** Keep a search under a name */
        post: operations["saveSearch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-search/saved/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change one of ones own */
        put: operations["changeSavedSearch"];
        post?: never;
        /** Forget a search */
        delete: operations["removeSavedSearch"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-search/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Exports that one has made, newest first */
        get: operations["listLogExports"];
        put?: never;
        /** Write what is found into a file with its proof; the result of the job is its number. Needs a purpose */
        post: operations["startLogExport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-search/exports/{id}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The file: xlsx, or a zip of events.csv and proof.txt */
        get: operations["getLogExportFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-holds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Holds on logs: those that hold first, then the last that were released */
        get: operations["listLogHolds"];
        put?: never;
        /** From now on nothing of these logs is dropped; every kind when none is named, all days when none is given. Whole files are held: what stands in one with an event of these days stays, too, which is up to a month more. A contract under a hold cannot be erased */
        post: operations["placeLogHold"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-holds/{id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask that a hold be released; somebody else decides */
        post: operations["askLogRelease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-holds/{id}/decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Release a hold or refuse to, by another person than asked */
        post: operations["decideLogRelease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-seals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Days of logs that were sealed in the journal, newest first, and what the last check of each found */
        get: operations["listLogSeals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-seals/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make the seal of a day anew and compare; what was found stands in the list when the job has ended */
        post: operations["checkLogSeal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-seals/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What proves all events of one PC or device of a day by its seal; docs/formats/event-proof.md */
        get: operations["getLogSealProof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-keeping": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is kept of each kind of logs, for how long, what goes next, and what holds keep */
        get: operations["listKeptLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description words in two languages */
        Text2: {
            ja: string;
            en: string;
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            code: string;
            detail?: string;
            advice?: string;
            errors?: {
                path: string;
                code: string;
                message: string;
            }[];
        };
        /** @enum {unknown} */
        Role: "administrator" | "city_supervisor" | "city_staff" | "contractor_manager" | "operator" | "analyst" | "auditor" | "employee";
        /** @enum {unknown} */
        Severity: "critical" | "major" | "minor" | "warning" | "info";
        Session: {
            /** @enum {unknown} */
            state: "signed_out" | "second_factor" | "signed_in";
            /** @description signed out: a computer in the city's domain may sign in by its ticket */
            takes_tickets?: boolean;
            csrf?: string;
            account?: {
                id: number;
                login: string;
                name: string;
                mail?: string;
                /** @enum {unknown} */
                language: "ja" | "en";
                directory?: components["schemas"]["KnownDirectory"] | null;
            };
            contracts?: {
                id: string;
                name: components["schemas"]["Text2"];
                role: components["schemas"]["Role"];
                permissions: string[];
            }[];
            /** Format: date-time */
            expires?: string;
            recovery_codes_left?: number;
            /** @description the one address (origin) at which passkeys work, or null */
            passkey_address?: string | null;
            /** @description while a second factor is due: what it may be, besides a recovery code */
            second_factors?: {
                code: boolean;
                passkey: boolean;
            };
        };
        /** @description For navigator.credentials of Web Authentication Level 2; bytes are base64url without padding */
        PasskeyQuestion: {
            challenge: string;
            /** @description id of the relying party */
            rp: string;
            /** @description that may be used (none: any), or that are not to be made again */
            credentials: string[];
            /** @description must be, by PIN, finger or face */
            user_verified: boolean;
            timeout_ms: number;
            /** @description COSE, to make one */
            algorithms?: number[];
            /** @description to make one */
            user?: {
                id: string;
                login: string;
                name: string;
            };
        };
        /** @description the password (empty where it is nobody's here), and one of code, passkey, recovery_code; the password alone while there is no second factor */
        OwnerProof: {
            password: string;
            code?: string;
            passkey?: components["schemas"]["PasskeyUse"];
            recovery_code?: string;
        };
        /** @description an assertion; base64url without padding */
        PasskeyUse: {
            credential: string;
            client_data: string;
            authenticator_data: string;
            signature: string;
            user?: string;
        };
        Passkey: {
            id: number;
            name: string;
            /** @description the host for which it was made */
            address: string;
            /** @enum {unknown} */
            state: "usable" | "other_address" | "copied";
            /** Format: date-time */
            made: string;
            /** Format: date-time */
            last_used: string | null;
        };
        TotpEnrolment: {
            uri: string;
            secret: string;
        };
        RecoveryCodes: {
            codes: string[];
        };
        OpenSession: {
            id: number;
            origin: string;
            agent?: string;
            /** Format: date-time */
            started: string;
            /** Format: date-time */
            last_seen: string;
            current: boolean;
        };
        Token: {
            id: number;
            name: string;
            scopes: string[];
            /** Format: date-time */
            created: string;
            /** Format: date-time */
            expires: string;
            /** Format: date-time */
            last_used?: string | null;
        };
        Person: {
            id: number;
            login: string;
            name: string;
            kana?: string;
            mail?: string;
            organisation?: string;
            /** @enum {unknown} */
            state: "active" | "invited" | "no_roster" | "locked" | "disabled";
            role?: components["schemas"]["Role"] | null;
            second_factor?: boolean;
            passkeys?: number;
            directory?: components["schemas"]["KnownDirectory"] | null;
            /** @description to a person of the provider */
            linked?: boolean;
            /** Format: date-time */
            last_seen?: string | null;
            roster?: components["schemas"]["RosterEntry"][];
        };
        /** @description a directory of the city that knows the password, or a provider at which people sign in */
        KnownDirectory: {
            id: string;
            name: components["schemas"]["Text2"];
            /** @enum {unknown} */
            kind: "password" | "sign_on";
        };
        PersonList: {
            items: components["schemas"]["Person"][];
            next: string | null;
        };
        RosterEntry: {
            id: number;
            person: number;
            person_name: string;
            organisation?: string;
            role: components["schemas"]["Role"];
            /** Format: date */
            from: string;
            /** Format: date */
            until?: string | null;
            /** @enum {unknown} */
            state: "submitted" | "approved" | "refused" | "ended";
            note?: string;
            submitted_by?: string;
            /** Format: date-time */
            submitted_at?: string;
            decided_by?: string;
            /** Format: date-time */
            decided_at?: string | null;
            reason?: string;
            /** @description what the contract asks for, and what of it is there */
            papers?: {
                id: string;
                title: components["schemas"]["Text2"];
                clause: string;
                given: boolean;
                /** Format: date */
                day?: string | null;
                file?: number | null;
                file_name?: string | null;
                by?: string | null;
            }[];
            papers_missing?: number;
        };
        Contract: {
            id: string;
            name: components["schemas"]["Text2"];
            /** Format: date */
            from?: string;
            /** Format: date */
            until?: string;
            site_kinds?: components["schemas"]["Choice"][];
            device_classes?: components["schemas"]["Choice"][];
            incident_events?: components["schemas"]["Choice"][];
            /** @description groups of the contacts ledger that contact trees call */
            contact_duties?: components["schemas"]["Choice"][];
            report_parts?: {
                [key: string]: {
                    id: string;
                    name: components["schemas"]["Text2"];
                    required: boolean;
                }[];
            };
            clocks?: components["schemas"]["Choice"][];
            reports?: components["schemas"]["Choice"][];
            open_today?: boolean;
            holiday_today?: components["schemas"]["Text2"] | null;
        };
        Choice: {
            id: string;
            name: components["schemas"]["Text2"];
        };
        ContactTree: {
            id: string;
            name: components["schemas"]["Text2"];
            severities?: components["schemas"]["Severity"][];
            hours?: string;
            active_now?: boolean;
            steps: {
                /** @enum {unknown} */
                channel: "mail" | "webhook" | "phone";
                wait_minutes: number;
                name?: components["schemas"]["Text2"];
                people: {
                    id?: number;
                    name: string;
                    to?: string;
                }[];
            }[];
        };
        Ledger: {
            id: string;
            name: components["schemas"]["Text2"];
            title_field?: string;
            may_write?: boolean;
            personal?: boolean;
            count?: number;
            fields: components["schemas"]["LedgerField"][];
            /** @description fields between which a row stands on a chart */
            timeline?: {
                from: string;
                until: string;
                done?: string | null;
                group?: string | null;
            };
        };
        LedgerField: {
            id: string;
            name: components["schemas"]["Text2"];
            /** @enum {unknown} */
            type: "text" | "long_text" | "integer" | "number" | "boolean" | "date" | "time" | "choice" | "choices" | "reference" | "references" | "address" | "mac" | "mail" | "phone" | "url" | "attachment";
            required?: boolean;
            unique?: boolean;
            personal?: boolean;
            ledger?: string;
            choices?: components["schemas"]["Choice"][];
            help?: components["schemas"]["Text2"];
            in_list?: boolean;
            read_only?: boolean;
        };
        Row: {
            id: number;
            version: number;
            title: string;
            fields: Record<string, unknown>;
            /** @description what a reference or a choice is called, by field */
            shown?: {
                [key: string]: string;
            };
            /** Format: date-time */
            changed?: string;
            deleted?: boolean;
        };
        RowList: {
            items: components["schemas"]["Row"][];
            next: string | null;
            total?: number;
        };
        RowChange: {
            version: number;
            /** Format: date-time */
            time: string;
            who: string;
            why?: string;
            import?: number | null;
            fields: {
                field: string;
                before?: unknown;
                after?: unknown;
            }[];
        };
        Import: {
            id: number;
            ledger: string;
            file?: string;
            /** @enum {unknown} */
            state: "planned" | "executed" | "undone" | "dropped";
            counts: {
                created: number;
                updated: number;
                unchanged: number;
                rejected: number;
            };
            ignored_columns?: string[];
            by?: string;
            /** Format: date-time */
            at?: string;
            may_undo?: boolean;
        };
        ImportRowList: {
            items: {
                line: number;
                /** @enum {unknown} */
                outcome: "created" | "updated" | "unchanged" | "rejected";
                title?: string;
                row?: number | null;
                fields?: {
                    field: string;
                    before?: unknown;
                    after?: unknown;
                }[];
                reasons?: {
                    field: string;
                    message: string;
                }[];
            }[];
            next: string | null;
        };
        Attachment: {
            id: number;
            name: string;
            size: number;
            type: string;
            sha256?: string;
        };
        /** @enum {unknown} */
        DeviceState: "up" | "down" | "unreachable" | "unknown" | "silenced" | "disabled";
        Device: {
            id: number;
            name: string;
            class?: string;
            class_name?: components["schemas"]["Text2"];
            site?: number | null;
            site_name?: string;
            address?: string;
            state: components["schemas"]["DeviceState"];
            /** Format: date-time */
            since?: string | null;
            rtt_ms?: number | null;
            loss?: number | null;
            alerts?: number;
            severity?: components["schemas"]["Severity"] | null;
        };
        DeviceList: {
            items: components["schemas"]["Device"][];
            next: string | null;
            total?: number;
            by_state?: {
                [key: string]: number;
            };
        };
        DeviceDetail: components["schemas"]["Device"] & {
            row?: components["schemas"]["Row"];
            upstream?: components["schemas"]["Device"][];
            downstream_count?: number;
            snmp?: {
                /** @enum {unknown} */
                state?: "ok" | "no_answer" | "wrong_credentials" | "not_polled";
                sys_name?: string;
                sys_descr?: string;
                uptime_s?: number | null;
                /** Format: date-time */
                polled?: string | null;
            };
            traps_on?: boolean;
            remote_log?: boolean;
            silence?: components["schemas"]["Silence"] | null;
        };
        Interface: {
            index: number;
            name: string;
            alias?: string;
            speed_bps?: number | null;
            admin_up?: boolean;
            oper_up?: boolean;
            in_bps?: number | null;
            out_bps?: number | null;
            in_errors?: number | null;
            out_errors?: number | null;
            in_discards?: number | null;
            out_discards?: number | null;
            flapping_by_design?: boolean;
        };
        Metric: {
            metric: string;
            instance?: string;
            name: components["schemas"]["Text2"];
            instance_name?: string;
            unit?: string;
            newest?: number | null;
            /** Format: date-time */
            at?: string | null;
            enter?: number | null;
            leave?: number | null;
        };
        Series: {
            metric: string;
            instance?: string;
            unit: string;
            step_s: number;
            /** @description [unix seconds, average, minimum, maximum]; null where nothing was measured */
            points: (number | null)[][];
        };
        LogFile: {
            id: number;
            device: number;
            device_name: string;
            incident?: number | null;
            /** @enum {unknown} */
            state: "running" | "done" | "failed";
            /** Format: date-time */
            started: string;
            /** Format: date-time */
            finished?: string | null;
            problem?: components["schemas"]["Problem"] | null;
            commands?: {
                command: string;
                /** Format: date-time */
                started: string;
                seconds?: number;
                output: string;
                cut?: boolean;
            }[];
        };
        LogFileList: {
            items: components["schemas"]["LogFile"][];
            next: string | null;
        };
        Map: {
            sites?: {
                id: number;
                name: string;
                kind?: string;
                down?: number;
                total?: number;
            }[];
            nodes: components["schemas"]["Device"][];
            edges: {
                from: number;
                to: number;
            }[];
        };
        /** @enum {unknown} */
        AlertState: "held" | "open" | "acknowledged" | "suppressed" | "cleared";
        Alert: {
            id: number;
            state: components["schemas"]["AlertState"];
            severity: components["schemas"]["Severity"];
            title: components["schemas"]["Text2"];
            kind?: string;
            device?: number | null;
            device_name?: string;
            site?: number | null;
            site_name?: string;
            object?: string;
            /** Format: date-time */
            first: string;
            /** Format: date-time */
            last?: string;
            /** Format: date-time */
            cleared?: string | null;
            count?: number;
            flapping?: boolean;
            silenced?: boolean;
            parent?: number | null;
            children?: number;
            incident?: number | null;
            acknowledged_by?: string;
            /** Format: date-time */
            acknowledged_at?: string | null;
            evidence?: string;
            evidence_words?: components["schemas"]["Text2"];
            /** @description of one alert: the search that shows its events, where a rule for logs made it */
            logs?: {
                q: string;
                /** Format: date-time */
                from: string;
                /** Format: date-time */
                to: string;
            } | null;
            comments?: {
                who: string;
                /** Format: date-time */
                time: string;
                text: string;
            }[];
        };
        AlertList: {
            items: components["schemas"]["Alert"][];
            next: string | null;
        };
        Silence: {
            id: number;
            devices?: number[];
            device_names?: string[];
            sites?: number[];
            site_names?: string[];
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            why: string;
            who: string;
            /** @enum {unknown} */
            state: "planned" | "running" | "ended";
            ended_early_by?: string;
            held_alerts?: number;
        };
        SilenceList: {
            items: components["schemas"]["Silence"][];
            next: string | null;
        };
        SyslogCounters: {
            received: number;
            stored: number;
            waiting: number;
            refused: number;
            dropped: number;
            lost_in_kernel: number;
            cut: number;
            connections: number;
            parsers: {
                [key: string]: number;
            };
            unreadable: {
                [key: string]: number;
            };
            problems: components["schemas"]["Problem"][];
        };
        SyslogSender: {
            /** @description empty where nothing came since the start */
            address: string;
            /** @description lines, over the last minute */
            per_second: number;
            /** @description false: nothing came since the start of the server; last is the newest in the store, of seven days */
            since_start: boolean;
            /** @description its name in the register, or its address */
            device: string;
            known: boolean;
            /** @description false: its lines are refused and counted */
            kept: boolean;
            received: number;
            bytes: number;
            unparsed: number;
            /** Format: date-time */
            last: string | null;
            /** @description its clock minus ours */
            skew_ms?: number | null;
        };
        TrapCounters: {
            received: number;
            stored: number;
            lost_in_kernel: number;
            refused: {
                [key: string]: number;
            };
            unknown_kinds?: {
                oid?: string;
                name?: string;
                count?: number;
                /** Format: date-time */
                last?: string;
            }[];
        };
        TrapSender: {
            id: number;
            address: string;
            version?: string;
            engine_id?: string;
            user?: string;
            agent_address?: string;
            /** @enum {unknown} */
            reason: "unknown_sender" | "wrong_community" | "unknown_engine" | "unknown_user" | "bad_digest" | "wrong_level" | "undecryptable" | "out_of_window" | "malformed" | "not_a_trap" | "not_stored";
            count: number;
            /** Format: date-time */
            first: string;
            /** Format: date-time */
            last: string;
            trap?: string;
            suggested_device?: number | null;
        };
        Round: {
            id: number;
            /** Format: date-time */
            started: string;
            /** Format: date-time */
            finished: string | null;
            /** Format: date-time */
            due?: string | null;
            in_time?: boolean | null;
            asked?: number;
            answered: number;
            silent: number;
            /** @description of the silent ones, those that time was up for before all tries were made */
            unfinished?: number;
            /** @description the silent ones that are in the ledger */
            missing?: components["schemas"]["Device"][];
            /** @description the silent ones as they were called then */
            missing_then?: {
                device: number;
                name: string;
                site_name: string;
                in_ledger: boolean;
            }[];
        };
        RoundList: {
            items: components["schemas"]["Round"][];
            next: string | null;
        };
        /** @enum {unknown} */
        IncidentState: "open" | "handed_over" | "restored" | "closed";
        Incident: {
            id: number;
            number: string;
            kind?: string;
            title: string;
            severity: components["schemas"]["Severity"];
            state: components["schemas"]["IncidentState"];
            /** Format: date-time */
            detected_at: string;
            /** Format: date-time */
            restored_at?: string | null;
            /** Format: date-time */
            closed_at?: string | null;
            device?: number | null;
            device_name?: string;
            site?: number | null;
            site_name?: string;
            owner?: number | null;
            owner_name?: string;
            service_stopped?: boolean;
            alerts?: number;
            /** Format: date-time */
            next_due?: string | null;
            next_clock?: components["schemas"]["Text2"] | null;
            breached?: number;
        };
        IncidentList: {
            items: components["schemas"]["Incident"][];
            next: string | null;
        };
        IncidentDetail: components["schemas"]["Incident"] & {
            /** @enum {unknown} */
            channel?: "phone" | "mail" | "portal" | "monitoring";
            stage?: string | null;
            caller?: {
                name?: string | null;
                section: string;
                extension?: string | null;
                mail?: string | null;
                contact?: number | null;
                from_portal?: boolean;
                masked: boolean;
            };
            /** Format: date-time */
            acknowledged_at?: string | null;
            acknowledged_by?: string;
            loan?: number | null;
            loan_name?: string;
            merged_into?: number | null;
            merged_number?: string;
            merged_from?: {
                id: number;
                number: string;
            }[];
            links?: {
                id: number;
                request: boolean;
                number: string;
                title: string;
                state: string;
                kind: string;
                /** @enum {unknown} */
                relation: "related" | "duplicate" | "caused_by" | "causes";
            }[];
            messages?: components["schemas"]["DeskMessage"][];
            /** @description canned replies with what belongs to the ticket put in */
            texts?: {
                id: string;
                title: components["schemas"]["Text2"];
                text: components["schemas"]["Text2"];
            }[];
            detail?: string;
            close_reason?: string;
            handed_to?: string;
            handed_reference?: string;
            clocks?: components["schemas"]["Clock"][];
            /** @description which events can be recorded now */
            events?: components["schemas"]["Choice"][];
            reports?: components["schemas"]["IncidentReport"][];
            contacts?: components["schemas"]["Contact"][];
            logs?: components["schemas"]["LogFile"][];
            /** @description files that notes brought */
            attachments?: (components["schemas"]["Attachment"] & {
                by?: string;
                /** Format: date-time */
                at?: string;
            })[];
            alert_list?: components["schemas"]["Alert"][];
        };
        CallerGiven: {
            name?: string;
            section?: string;
            extension?: string;
            mail?: string;
            /** @description row of the ledger contacts */
            contact?: number | null;
        };
        Ticket: {
            id: number;
            /** @description of the requests, else a ticket */
            request: boolean;
            kind: string;
            number: string;
            title: string;
            state: string;
            open: boolean;
            acknowledged: boolean;
            severity?: components["schemas"]["Severity"] | null;
            owner?: number | null;
            owner_name?: string;
            section?: string;
            device?: number | null;
            device_name?: string;
            site_name?: string;
            stage?: string | null;
            /** Format: date-time */
            opened_at: string;
            /** Format: date-time */
            changed_at: string;
            /** Format: date-time */
            next_due?: string | null;
            next_clock?: components["schemas"]["Text2"] | null;
            breached?: number;
        };
        TicketList: {
            items: components["schemas"]["Ticket"][];
            next: string | null;
            total?: number | null;
            total_is_least?: boolean;
        };
        TicketView: {
            /** @description none of the contract's own */
            id: number | null;
            title: components["schemas"]["Text2"];
            query: string;
            shared: boolean;
            own: boolean;
        };
        TicketKind: {
            id: string;
            title: components["schemas"]["Text2"];
            fields: string[];
            from_portal: boolean;
            stages: {
                id: string;
                title: components["schemas"]["Text2"];
            }[];
            lends_on?: string | null;
        };
        Desk: {
            kinds: components["schemas"]["TicketKind"][];
            views: components["schemas"]["TicketView"][];
        };
        FoundCaller: {
            /** @enum {unknown} */
            kind: "contact" | "section" | "device";
            id: number;
            name: string;
            section?: string;
            extension?: string;
            note?: string;
        };
        DeskMessage: {
            id: number;
            incoming: boolean;
            channel: string;
            sender?: string | null;
            recipient?: string | null;
            subject: string;
            body: string;
            attachments?: number[];
            state?: string | null;
            /** Format: date-time */
            at: string;
        };
        Inquiry: {
            id: number;
            number: string;
            kind?: string;
            title: string;
            state: string;
            stage?: components["schemas"]["Text2"] | null;
            detail: string;
            /** Format: date-time */
            opened_at: string;
            device_name?: string;
            /** @description sent when it was asked */
            files: components["schemas"]["InquiryFile"][];
            /** @description the ticket in which it goes on; its answers are among the messages */
            merged: {
                number: string;
                state: string;
                stage: components["schemas"]["Text2"] | null;
            } | null;
            messages: components["schemas"]["InquiryMessage"][];
        };
        InquiryFile: {
            id: number;
            name: string;
            size: number;
            type: string;
        };
        InquiryMessage: components["schemas"]["DeskMessage"] & {
            files: components["schemas"]["InquiryFile"][];
        };
        IncidentReport: {
            /** @enum {unknown} */
            kind: "first" | "interim" | "final";
            /** @enum {unknown} */
            state: "draft" | "submitted";
            parts: {
                [key: string]: string;
            };
            by?: string;
            /** Format: date-time */
            at?: string;
        };
        Clock: {
            id: number;
            incident?: number | null;
            incident_number?: string;
            incident_title?: string;
            rule: string;
            name: components["schemas"]["Text2"];
            clause?: string;
            rule_words?: components["schemas"]["Text2"];
            /** @enum {unknown} */
            state: "running" | "paused" | "met" | "breached" | "cancelled";
            /** Format: date-time */
            started?: string;
            /** Format: date-time */
            warn_at?: string | null;
            /** Format: date-time */
            due?: string | null;
            /** Format: date-time */
            stopped?: string | null;
            limit_s?: number | null;
            counted_s?: number;
            reason?: string;
            reason_missing?: boolean;
            /** @description how the time was counted line by line */
            account?: components["schemas"]["Text2"][];
        };
        Contact: {
            id: number;
            incident?: number | null;
            incident_number?: string;
            incident_title?: string;
            severity?: components["schemas"]["Severity"];
            /** @enum {unknown} */
            channel: "mail" | "webhook" | "phone";
            /** @enum {unknown} */
            state: "waiting" | "to_call" | "sent" | "answered" | "no_answer" | "failed" | "cancelled";
            name: string;
            to?: string;
            step?: number;
            step_name?: string;
            /** Format: date-time */
            created?: string;
            /** Format: date-time */
            done?: string | null;
            /** Format: date-time */
            escalates_at?: string | null;
            result?: string;
            by?: string;
            note?: string;
        };
        Report: {
            id: number;
            kind: string;
            name?: components["schemas"]["Text2"];
            month: string;
            /** @enum {unknown} */
            state: "making" | "made" | "failed";
            /** Format: date-time */
            made: string;
            by?: string;
            formats?: ("docx" | "xlsx" | "pdf")[];
            sha256?: {
                [key: string]: string;
            };
            journal_root?: string;
        };
        Form: {
            id: string;
            title: components["schemas"]["Text2"];
            about?: components["schemas"]["Text2"];
            clause?: string | null;
            may_submit: boolean;
            fields?: components["schemas"]["FormField"][];
            steps?: {
                id: string;
                title: components["schemas"]["Text2"];
                role?: string | null;
                /** @description the head of the submitter's section */
                head?: boolean;
                /** @description the field in which the person is chosen */
                person?: string | null;
                /** @description runs side by side with that step */
                beside?: string | null;
                needed?: number;
                may_return?: boolean;
                when?: components["schemas"]["FormCondition"] | null;
                fills?: components["schemas"]["FormField"][];
                due?: components["schemas"]["Text2"] | null;
                /** @description what follows when the step is passed */
                effects?: {
                    id: string;
                    title: components["schemas"]["Text2"];
                    when?: components["schemas"]["FormCondition"] | null;
                }[];
            }[];
        };
        FormField: {
            id: string;
            title: components["schemas"]["Text2"];
            /** @enum {unknown} */
            type: "text" | "long_text" | "integer" | "number" | "date" | "time" | "bool" | "choice" | "ledger_row" | "person" | "attachment";
            required: boolean;
            personal?: boolean;
            ledger?: string | null;
            hint?: components["schemas"]["Text2"];
            /** @description what it begins with for who asks: his section or name */
            start?: string;
            choices?: {
                id: string;
                title: components["schemas"]["Text2"];
            }[];
            when?: components["schemas"]["FormCondition"] | null;
        };
        /** @description field with is, is_not, at_least or filled; or all, any, none of conditions */
        FormCondition: {
            field?: string;
            is?: string[];
            is_not?: string[];
            at_least?: number;
            filled?: boolean;
            all?: components["schemas"]["FormCondition"][];
            any?: components["schemas"]["FormCondition"][];
            none?: components["schemas"]["FormCondition"][];
        };
        NamedChoice: {
            id: number;
            name: string;
            note?: string;
        };
        /** @enum {unknown} */
        RequestState: "running" | "sent_back" | "approved" | "rejected" | "withdrawn";
        RequestRow: {
            id: number;
            number: string;
            form: string;
            title: components["schemas"]["Text2"];
            state: components["schemas"]["RequestState"];
            submitter: components["schemas"]["RequestPerson"];
            /** Format: date-time */
            submitted_at: string;
            /** Format: date-time */
            changed_at?: string;
            /** @description the steps that are open */
            open?: components["schemas"]["Text2"][];
            /** Format: date-time */
            due?: string | null;
        };
        RequestPerson: {
            id: number;
            name: string;
        };
        RequestList: {
            items: components["schemas"]["RequestRow"][];
            next: string | null;
            /** @description of all pages; with the first page only */
            total?: number;
        };
        /** @enum {unknown} */
        WorkState: "ordered" | "planned" | "approved" | "executing" | "stopped" | "done" | "accepted" | "rejected" | "withdrawn";
        WorkKind: {
            id: string;
            title: components["schemas"]["Text2"];
            clause: string;
            notice: components["schemas"]["Text2"];
            emergency?: components["schemas"]["Text2"] | null;
            within?: components["schemas"]["Text2"] | null;
            report?: components["schemas"]["Text2"] | null;
            photographs: number;
            check_lists: {
                id: string;
                title: components["schemas"]["Text2"];
                items: number;
                classes: string[];
            }[];
            may_order: boolean;
            may_plan: boolean;
            may_execute: boolean;
        };
        WorkKindList: {
            items: components["schemas"]["WorkKind"][];
            classes: {
                id: string;
                title: components["schemas"]["Text2"];
            }[];
            notices: {
                sources: {
                    id: string;
                    title: components["schemas"]["Text2"];
                }[];
                assess: components["schemas"]["Text2"];
                work_kinds: string[];
                may_receive: boolean;
            } | null;
        };
        WorkSummary: {
            states: {
                [key: string]: number;
            };
            overdue: number;
            notices_overdue: number;
        };
        HandoverList: {
            items: {
                id: number;
                /** Format: date-time */
                made_at: string;
                made_by: string;
                /** @description SHA-256 of its manifest.json */
                manifest: string;
                /** @description of the file */
                sha256: string;
                size: number;
                /** @description the file is still kept */
                there: boolean;
            }[];
        };
        EquipmentList: {
            /** @description devices of the ledger that are of none of these kinds */
            others: number;
            items: {
                id: string;
                name: components["schemas"]["Text2"];
                clause: string;
                /** @enum {unknown} */
                category: "hardware" | "software" | "service";
                class?: string | null;
                /** @description how many the specification names */
                scope: number | null;
                ledger: number;
                missing: number;
                extra: number;
                /** @description an approximate number */
                about: boolean;
                spare: number;
                /** @description it has a class of device */
                in_ledger: boolean;
                /** @description where numbers differ */
                sites: {
                    id: string;
                    name: components["schemas"]["Text2"];
                    row?: number | null;
                    /** @description how many the specification names */
                    scope: number | null;
                    ledger: number;
                    missing: number;
                    extra: number;
                }[];
            }[];
        };
        WorkDueList: {
            late: number;
            more: boolean;
            items: {
                /** @enum {unknown} */
                what: "plan" | "approve" | "start" | "finish" | "accept" | "order" | "campaign" | "notice" | "regular";
                id?: number | null;
                campaign?: number | null;
                number?: string | null;
                kind?: string | null;
                kind_title?: components["schemas"]["Text2"] | null;
                title: components["schemas"]["Text2"];
                site_name?: string | null;
                /** Format: date-time */
                due: string;
                late: boolean;
                /** @description of a campaign at the same stage */
                orders: number;
                /** @description whoever asks has to act */
                mine: boolean;
            }[];
        };
        RegularWorkList: {
            items: {
                kind: string;
                title: components["schemas"]["Text2"];
                clause: string;
                /** Format: date-time */
                due: string;
                /** Format: date-time */
                done_at?: string | null;
                order?: number | null;
                late: boolean;
            }[];
        };
        WorkMachines: {
            total: number;
            sites: {
                site?: number | null;
                site_name: string;
                count: number;
            }[];
            /** @description the first 200 */
            items: {
                id: number;
                name: string;
                class: string;
                model?: string;
                site_name?: string;
            }[];
        };
        WorkOrder: {
            id: number;
            version: number;
            number: string;
            kind: string;
            kind_title: components["schemas"]["Text2"];
            title: string;
            state: components["schemas"]["WorkState"];
            /** @enum {unknown} */
            outcome: "none" | "completed" | "with_findings" | "put_back" | "given_up";
            site?: number | null;
            site_name?: string | null;
            targets: number;
            /** Format: date-time */
            ordered_at: string;
            ordered_by?: string | null;
            /** Format: date-time */
            due?: string | null;
            overdue: boolean;
            /** @enum {unknown} */
            next?: "plan" | "approve" | "start" | "finish" | "accept" | null;
            /** Format: date-time */
            next_due?: string | null;
            /** Format: date-time */
            planned_from?: string | null;
            /** Format: date-time */
            planned_until?: string | null;
            workers?: string | null;
            emergency: boolean;
            steps_total: number;
            steps_answered: number;
            steps_failed: number;
            campaign?: number | null;
            visit?: number | null;
        };
        WorkOrderList: {
            items: components["schemas"]["WorkOrder"][];
            next: string | null;
        };
        WorkPlan: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            until: string;
            workers: string;
            influence?: string;
            procedure: string[];
            papers?: {
                id: number;
                name: string;
            }[];
            emergency: boolean;
            emergency_reason?: string;
        };
        WorkStep: {
            seq: number;
            list?: string | null;
            section: components["schemas"]["Text2"];
            title: components["schemas"]["Text2"];
            /** @enum {unknown} */
            how: "person" | "machine" | "both";
            /** @enum {unknown} */
            answer: "done" | "ok_ng" | "number" | "text" | "choice" | "vault";
            choices: {
                id: string;
                title: components["schemas"]["Text2"];
            }[];
            unit?: string | null;
            photograph: boolean;
            stops: boolean;
            target?: number | null;
            target_name?: string | null;
            /** @enum {unknown} */
            result: "open" | "ok" | "failed" | "not_applicable";
            passed_over: boolean;
            value: string;
            note: string;
            photographs: {
                id: number;
                name: string;
            }[];
            by?: string | null;
            /** Format: date-time */
            at?: string | null;
            task?: number | null;
            version: number;
        };
        WorkOrderDetail: components["schemas"]["WorkOrder"] & {
            detail: string;
            machines: {
                ledger: string;
                id: number;
                name: string;
                class: string;
            }[];
            plan?: components["schemas"]["WorkPlan"] | null;
            /** Format: date-time */
            plan_due?: string | null;
            /** Format: date-time */
            report_due?: string | null;
            /** Format: date-time */
            planned_at?: string | null;
            planned_by?: string | null;
            /** Format: date-time */
            approved_at?: string | null;
            approved_by?: string | null;
            /** @description whose deputy decided */
            approved_for?: string | null;
            /** Format: date-time */
            started_at?: string | null;
            /** Format: date-time */
            done_at?: string | null;
            /** Format: date-time */
            accepted_at?: string | null;
            accepted_by?: string | null;
            accepted_for?: string | null;
            stopped_step: number;
            reason: string;
            result: string;
            request?: number | null;
            request_number?: string | null;
            steps: components["schemas"]["WorkStep"][];
            acts: ("plan" | "approve" | "return" | "reject" | "withdraw" | "start" | "answer" | "stop" | "finish" | "decide" | "accept")[];
            photographs_needed: number;
            history?: {
                /** Format: date-time */
                at: string;
                who: string;
                kind: string;
                words: components["schemas"]["Text2"];
                data: Record<string, unknown>;
            }[];
        };
        Announcement: {
            id: number;
            subject: string;
            content: string;
            /** Format: date */
            from: string;
            /** Format: date */
            until: string;
        };
        Progress: {
            orders: number;
            finished: number;
            stopped: number;
            overdue: number;
            steps: number;
            answered: number;
            failed: number;
        };
        SiteProgress: {
            site?: number | null;
            site_name?: string | null;
            orders: number;
            finished: number;
            stopped: number;
            overdue: number;
            steps: number;
            answered: number;
            failed: number;
        };
        Wave: {
            seq: number;
            title: string;
            /** Format: date-time */
            opened_at: string | null;
            opened_by?: string | null;
            /** @description what the wave before showed */
            finding?: string;
            may_open: boolean;
            progress: components["schemas"]["Progress"];
        };
        Campaign: {
            id: number;
            number: string;
            kind: string;
            kind_title: components["schemas"]["Text2"];
            title: string;
            detail?: string;
            /** @enum {unknown} */
            per: "site" | "device";
            notice?: number | null;
            /** Format: date-time */
            due?: string | null;
            /** Format: date-time */
            opened_at: string;
            opened_by: string;
            whole: components["schemas"]["Progress"];
            waves?: components["schemas"]["Wave"][];
            sites: components["schemas"]["SiteProgress"][];
        };
        CampaignList: {
            items: components["schemas"]["Campaign"][];
            next: string | null;
        };
        Visit: {
            id: number;
            version: number;
            number: string;
            site: number;
            site_name: string;
            /** Format: date */
            day: string;
            workers?: string;
            /** @enum {unknown} */
            state: "planned" | "there" | "left";
            /** Format: date-time */
            arrived_at?: string | null;
            arrived_by?: string | null;
            /** Format: date-time */
            left_at?: string | null;
            left_by?: string | null;
            note?: string;
            orders: components["schemas"]["WorkOrder"][];
        };
        VisitList: {
            items: components["schemas"]["Visit"][];
        };
        FieldWork: {
            /** Format: date-time */
            now: string;
            more: boolean;
            visits: components["schemas"]["Visit"][];
            orders: components["schemas"]["WorkOrderDetail"][];
        };
        WorkNotice: {
            id: number;
            version: number;
            number: string;
            source: string;
            source_title: components["schemas"]["Text2"];
            reference: string;
            title: string;
            content?: string;
            files?: {
                id: number;
                name: string;
            }[];
            /** Format: date-time */
            received_at: string;
            received_by?: string;
            /** Format: date-time */
            assess_due: string;
            overdue: boolean;
            /** @enum {unknown} */
            state: "received" | "concerned" | "not_concerned";
            /** @enum {unknown} */
            urgency: "normal" | "soon" | "at_once";
            reason?: string;
            /** Format: date-time */
            assessed_at?: string | null;
            assessed_by?: string | null;
            classes?: string[];
            sites?: number[];
            machines: number;
            campaign?: number | null;
            may_assess: boolean;
        };
        WorkNoticeList: {
            items: components["schemas"]["WorkNotice"][];
            next: string | null;
        };
        FormRequest: components["schemas"]["RequestRow"] & {
            version: number;
            round?: number;
            own?: boolean;
            /** @description null where personal data is not shown */
            values: {
                [key: string]: string | null;
            };
            /** @description what chosen rows and people are called */
            shown?: {
                [key: string]: string;
            };
            steps: components["schemas"]["RequestStep"][];
            effects?: components["schemas"]["RequestEffect"][];
            /** @description what was done with it, oldest first */
            history?: components["schemas"]["RequestAct"][];
            rounds?: {
                round: number;
                /** Format: date-time */
                at: string;
                values: {
                    [key: string]: string | null;
                };
                shown?: {
                    [key: string]: string;
                };
            }[];
        };
        RequestAct: {
            /** Format: date-time */
            at: string;
            who: string;
            kind: string;
            words: components["schemas"]["Text2"];
            step?: components["schemas"]["Text2"] | null;
            note?: string;
        };
        RequestStep: {
            id: string;
            title: components["schemas"]["Text2"];
            role?: string | null;
            person?: string | null;
            beside?: boolean;
            needed?: number;
            /** @enum {unknown} */
            state: "waiting" | "open" | "passed" | "left_out" | "sent_back" | "rejected";
            /** Format: date-time */
            due?: string | null;
            may_return?: boolean;
            may_decide: boolean;
            /** @description what follows when the step is passed */
            effects?: {
                id: string;
                title: components["schemas"]["Text2"];
                when?: components["schemas"]["FormCondition"] | null;
            }[];
            decisions?: {
                name: string;
                for_name?: string | null;
                /** Format: date-time */
                at: string;
                note?: string;
            }[];
        };
        RequestEffect: {
            step: string;
            effect: string;
            title: components["schemas"]["Text2"];
            /** @enum {unknown} */
            state: "pending" | "done" | "failed";
            outcome?: string | null;
            tries?: number;
        };
        Deputy: {
            id: number;
            person: components["schemas"]["RequestPerson"];
            deputy: components["schemas"]["RequestPerson"];
            /** Format: date */
            from: string;
            /** Format: date */
            until: string;
        };
        Expiring: {
            ledger: string;
            ledger_name: components["schemas"]["Text2"];
            field_name: components["schemas"]["Text2"];
            row: number;
            title: string;
            /** Format: date */
            day: string;
            days_left: number | null;
        };
        /** @enum {unknown} */
        DeliverableState: "planned" | "preparing" | "submitted" | "returned" | "accepted" | "waived" | "dropped";
        DeliverableRole: {
            id: string;
            title: components["schemas"]["Text2"];
        };
        DeliverableKind: {
            id: string;
            title: components["schemas"]["Text2"];
            clause: string;
            /** @enum {unknown} */
            every: "once" | "month" | "quarter" | "fiscal_year" | "occasion";
            starts_on: string;
            event_title: components["schemas"]["Text2"] | null;
            due_rule: components["schemas"]["Text2"];
            formats: string[];
            copies: number;
            submitted_by: components["schemas"]["DeliverableRole"];
            accepted_by: components["schemas"]["DeliverableRole"];
            report: string | null;
            may_open?: boolean;
        };
        Deliverable: {
            id: number;
            version: number;
            kind: components["schemas"]["DeliverableKind"] | null;
            deliverable: string;
            period: string;
            state: components["schemas"]["DeliverableState"];
            /** Format: date-time */
            event: string | null;
            /** Format: date-time */
            due: string | null;
            /** Format: date */
            due_day: string | null;
            /** Format: date-time */
            due_before: string | null;
            late: boolean;
            /** @description was due before the contract was first planned here */
            before_start: boolean;
            submissions: number;
            /** Format: date-time */
            submitted_at: string | null;
            /** Format: date-time */
            closed_at: string | null;
            /** Format: date-time */
            accept_due: string | null;
            accept_late: boolean;
            subject: string | null;
            note: string;
            opened_by: string;
            may_hand_in: boolean;
            may_decide: boolean;
        };
        Submission: {
            number: number;
            /** Format: date-time */
            at: string;
            who: string;
            note: string;
            formats: string[];
            copies: number;
            /** Format: date-time */
            due: string | null;
            late: boolean;
            /** @enum {unknown} */
            state: "waiting" | "accepted" | "returned";
            /** Format: date-time */
            decided_at: string | null;
            decided_by: string;
            reason: string;
            files: {
                id: number;
                name: string;
                type: string;
                size: number;
                sha256: string;
            }[];
        };
        DeliverableDetail: components["schemas"]["Deliverable"] & {
            handed_in: components["schemas"]["Submission"][];
            history: components["schemas"]["JournalEntry"][];
        };
        DeliverablesNow: {
            late: number;
            soon: number;
            waiting: number;
            late_acceptance: number;
            next: components["schemas"]["Deliverable"][];
            to_accept: components["schemas"]["Deliverable"][];
        };
        PasswordTarget: {
            row: number;
            name: string;
            machine: string;
            kind: string;
            login: string;
            /** Format: date */
            changed: string | null;
            changed_by: string;
            /** Format: date */
            next_change: string | null;
            late: boolean;
            kept: boolean;
        };
        Release: {
            id: number;
            row: number;
            name: string;
            /** @enum {unknown} */
            state: "asked" | "approved" | "refused" | "shown" | "expired";
            asked_name: string;
            /** Format: date-time */
            asked_at: string;
            reason: string;
            decided_name: string;
            refusal: string;
            /** Format: date-time */
            until: string | null;
            /** Format: date-time */
            shown_at: string | null;
            mine: boolean;
            may_decide: boolean;
            may_show: boolean;
        };
        ErasureAgreement: {
            id: number;
            reason: string;
            manifest: string;
            asked_name: string;
            /** Format: date-time */
            asked_at: string;
            approved_name: string;
            /** Format: date-time */
            approved_at: string | null;
            /** Format: date-time */
            done_at: string | null;
            may_approve: boolean;
        };
        JournalEntry: {
            seq: number;
            /** Format: date-time */
            time: string;
            who: string;
            account?: number;
            origin?: string;
            kind: string;
            words: components["schemas"]["Text2"];
            subject?: string;
            data?: Record<string, unknown>;
            /** @description time lines in English: what names in `data` are called */
            said?: {
                [key: string]: string;
            };
            hash?: string;
        };
        JournalList: {
            items: components["schemas"]["JournalEntry"][];
            next: string | null;
        };
        Credential: {
            name: string;
            /** @enum {unknown} */
            kind: "ssh_password" | "ssh_key" | "snmp_community" | "snmp_v3" | "directory" | "sign_on";
            user?: string;
            /** Format: date-time */
            changed: string;
            changed_by?: string;
            used_by?: number;
        };
        Job: {
            id: number;
            kind?: string;
            /** @enum {unknown} */
            state: "running" | "done" | "failed" | "cancelled";
            progress: number;
            message?: components["schemas"]["Text2"];
            result?: number | null;
            problem?: components["schemas"]["Problem"] | null;
        };
        Today: {
            open_alerts?: number;
            alerts: components["schemas"]["Alert"][];
            clocks: components["schemas"]["Clock"][];
            silences: components["schemas"]["Silence"][];
            calls: components["schemas"]["Contact"][];
            incidents?: components["schemas"]["Incident"][];
            round?: components["schemas"]["Round"] | null;
            devices?: {
                [key: string]: number;
            };
            roster_waiting?: number;
            refused_senders?: number;
            open_today?: boolean;
        };
        Status: {
            version: string;
            uptime_s: number;
            /** Format: date-time */
            now?: string;
            database?: string;
            disk_free?: number;
            targets?: number;
            ping_late_ms?: number;
            traps?: components["schemas"]["TrapCounters"];
            problems?: components["schemas"]["Problem"][];
        };
        LogRule: {
            id: string;
            title: components["schemas"]["Text2"];
            text: components["schemas"]["Text2"];
            severity: components["schemas"]["Severity"];
            when: string;
            clears: string;
            by: string[];
            times: number;
            within_s: number;
            quiet_s: number;
            /** @description not 0: raised when nothing comes for so long */
            silent_s: number;
            /** @description the kind of trap whose alert it is */
            as: string;
            /** @description the contract's pack or its people say something of it */
            own: boolean;
            off: boolean;
            /** @description it is one of the product's */
            product: boolean;
            /** @description the contract's pack says something of it */
            pack: boolean;
            /** @description of what people said; 0: nothing yet */
            version: number;
            /** @description what people say of it now */
            changed: components["schemas"]["LogRuleChange"] | null;
            written: components["schemas"]["LogRuleKeys"];
            /** @description without what people say */
            beneath: components["schemas"]["LogRuleKeys"] | null;
            /** @description why it does not count */
            fault: components["schemas"]["Problem"] | null;
        };
        /** @description as in a rule's file */
        LogRuleKeys: {
            title?: components["schemas"]["Text2"];
            text?: components["schemas"]["Text2"];
            severity?: string;
            when?: string;
            clears?: string;
            by?: string[];
            times?: number;
            within?: string;
            quiet?: string;
            silent?: string;
            as?: string;
            of?: string;
            off?: boolean;
        };
        LogRuleChange: {
            version: number;
            /** Format: date-time */
            at: string;
            who: string;
            why: string;
            /** @description null: taken back */
            said: components["schemas"]["LogRuleKeys"] | null;
        };
        LogRuleTrial: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            /** @description events */
            matches: number;
            /** @description of them, of senders in no ledger */
            no_device: number;
            alerts: number;
            first: {
                /** Format: date-time */
                at: string;
                /** Format: date-time */
                last: string;
                /** Format: date-time */
                ended: string | null;
                device: number | null;
                device_name: string;
                object: string;
                count: number;
                text: components["schemas"]["Text2"];
            }[];
            by_device: {
                device: string;
                alerts: number;
            }[];
            outcome: components["schemas"]["LogOutcome"];
            explanation: components["schemas"]["Text2"];
            purpose: components["schemas"]["LogPurpose"] | null;
        };
        LogEvent: {
            kind: string;
            /** Format: date-time */
            at: string;
            /** @description microseconds since 1970 */
            us: number;
            /** @description a value was too long for a list */
            cut: boolean;
            /** @description by name; empty ones are left out */
            fields: {
                [key: string]: string | number;
            };
        };
        LogOutcome: {
            partial: boolean;
            /** @enum {unknown} */
            why: "whole" | "out_of_time" | "too_many_rows" | "cancelled" | "damaged";
            rows_read: number;
            /** @description places that could not be read */
            damaged: number;
        };
        LogReading: {
            canonical: string;
            explanation: components["schemas"]["Text2"];
            kinds: string[];
            /** @description kinds that one may not see */
            withheld: string[];
            personal: boolean;
            /** Format: date-time */
            from: string | null;
            /** Format: date-time */
            to: string | null;
            /** @enum {unknown} */
            shows: "events" | "counts" | "histogram";
            newest_first: boolean;
        };
        LogPurpose: {
            said: string;
            /** Format: date-time */
            until: string;
        };
        LogRows: {
            items: components["schemas"]["LogEvent"][];
            next: string | null;
            outcome: components["schemas"]["LogOutcome"];
            reading: components["schemas"]["LogReading"];
            purpose: components["schemas"]["LogPurpose"] | null;
        };
        LogCounted: {
            groups: {
                values: string[];
                /** Format: date-time */
                at: string | null;
                count: number;
            }[];
            by: string[];
            /** @description length of a bar; 0 when not by time */
            bucket_s: number;
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            total: number;
            more: boolean;
            /**
             * Format: date-time
             * @description from here on nothing is left out of a count that is not whole yet; null when it is whole
             */
            complete_from: string | null;
            outcome: components["schemas"]["LogOutcome"];
        };
        LogCounts: components["schemas"]["LogCounted"] & {
            reading: components["schemas"]["LogReading"];
            purpose: components["schemas"]["LogPurpose"] | null;
        };
        LogOverview: {
            counts: components["schemas"]["LogCounted"];
            facets: components["schemas"]["LogFacets"];
            /** @description no line follows; counts.complete_from and facets.partial say whether all was counted */
            last: boolean;
        };
        LogFacets: {
            kinds: {
                kind: string;
                count: number;
            }[];
            facets: {
                field: string;
                title: components["schemas"]["Text2"];
                more: boolean;
                values: {
                    value: string;
                    count: number;
                    /** @description to add to the search */
                    text: string;
                }[];
            }[];
            partial: boolean;
        };
        LogContext: {
            before: components["schemas"]["LogEvent"][];
            at: components["schemas"]["LogEvent"][];
            after: components["schemas"]["LogEvent"][];
            partial: boolean;
            query: string;
        };
        LogReadingOrFault: {
            reading: components["schemas"]["LogReading"] | null;
            fault: {
                problem: components["schemas"]["Problem"];
                /** @description characters from 0 */
                position: number | null;
                length: number | null;
            } | null;
        };
        LogSuggestion: {
            /** @enum {unknown} */
            kind: "field" | "kind" | "time" | "stage" | "operation" | "value";
            /** @description to stand in place of the characters from..to */
            text: string;
            label: components["schemas"]["Text2"];
            from: number;
            to: number;
        };
        LogKind: {
            kind: string;
            title: components["schemas"]["Text2"];
            source: string;
            personal: boolean;
            may: boolean;
            rows: number;
            /** Format: date-time */
            first: string | null;
            /** Format: date-time */
            last: string | null;
            fields: {
                name: string;
                /** @enum {unknown} */
                type: "entity" | "category" | "text" | "number";
                title: components["schemas"]["Text2"];
                aliases: string[];
            }[];
        };
        LogKinds: {
            kinds: components["schemas"]["LogKind"][];
            subjects: {
                id: string;
                title: components["schemas"]["Text2"];
                fields: string[];
            }[];
            examples: {
                title: components["schemas"]["Text2"];
                text: components["schemas"]["Text2"];
                personal: boolean;
            }[];
            purposes: components["schemas"]["Text2"][];
            purpose: components["schemas"]["LogPurpose"] | null;
        };
        SavedSearch: {
            id: number;
            name: string;
            description: string;
            text: string;
            shared: boolean;
            own: boolean;
        };
        LogExport: {
            id: number;
            /** @enum {unknown} */
            format: "xlsx" | "csv";
            query: string;
            purpose: string;
            rows: number;
            partial: boolean;
            /** @description rows that seals prove; null when it was not asked */
            proved: number | null;
            sha256: string;
            /** @description number in the journal */
            entry: number;
            size: number;
            /** Format: date-time */
            made_at: string;
            there: boolean;
        };
        LogHold: {
            id: number;
            /** @description none: every kind */
            kinds: string[];
            /** @description first day */
            from: string | null;
            /** @description last day */
            to: string | null;
            reason: string;
            ordered_by: string;
            /** @enum {unknown} */
            state: "held" | "release_asked" | "released";
            placed_name: string;
            /** Format: date-time */
            placed_at: string;
            asked_name: string;
            asked_reason: string;
            /** Format: date-time */
            asked_at: string | null;
            released_name: string;
            /** Format: date-time */
            released_at: string | null;
            may_ask: boolean;
            may_decide: boolean;
        };
        LogSeal: {
            kind: string;
            /** @description of receipt */
            day: string;
            events: number;
            sources: number;
            root: string;
            /** @description number in the journal */
            entry: number;
            /** Format: date-time */
            sealed_at: string;
            check: {
                /** @enum {unknown} */
                finding: "holds" | "dropped" | "differs" | "damaged";
                who: string;
                /** Format: date-time */
                at: string;
            } | null;
        };
        LogFiles: {
            files: number;
            events: number;
            bytes: number;
        };
        LogKept: {
            kind: string;
            title: components["schemas"]["Text2"];
            events: number;
            bytes: number;
            /** Format: date-time */
            first: string | null;
            /** Format: date-time */
            last: string | null;
            keep_days: number;
            /**
             * Format: date-time
             * @description when the next files go
             */
            next_at: string | null;
            next: components["schemas"]["LogFiles"];
            over: components["schemas"]["LogFiles"];
            held: components["schemas"]["LogFiles"];
            holds: number[];
        };
    };
    responses: {
        /** @description the session */
        Session: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Session"];
            };
        };
        /** @description what went wrong and what to do */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        logRule: string;
        id: number;
        ledger: string;
        contract: string;
        /** @description search: width, kana and case do not matter */
        q: string;
        cursor: string;
        limit: number;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Session"];
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    login: string;
                    password: string;
                };
            };
        };
        responses: {
            200: components["responses"]["Session"];
            401: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description signed out */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem"];
        };
    };
    signInByTicket: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Session"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    giveSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    code?: string;
                    recovery_code?: string;
                };
            };
        };
        responses: {
            200: components["responses"]["Session"];
            401: components["responses"]["Problem"];
        };
    };
    listSignOn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description providers of identities */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["KnownDirectory"][];
                    };
                };
            };
        };
    };
    beginSignOn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    provider: string;
                    /** @description of a start link: the account is linked */
                    setup_token?: string;
                };
            };
        };
        responses: {
            /** @description go there */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        address: string;
                    };
                };
            };
            400: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    finishSignOn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    provider: string;
                    state: string;
                    code?: string;
                    iss?: string;
                    error?: string;
                };
            };
        };
        responses: {
            /** @description the second factor is due, or the session has begun, or the set-up of the start link goes on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {unknown} */
                        state: "second_factor" | "signed_in" | "setup";
                        setup_token?: string;
                    };
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    getSignOnMetadata: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description metadata */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/samlmetadata+xml": unknown;
                };
            };
            404: components["responses"]["Problem"];
        };
    };
    takeSignOnResponse: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    SAMLResponse: string;
                    RelayState: string;
                };
            };
        };
        responses: {
            /** @description go on there */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
        };
    };
    askForPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ask the browser this */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyQuestion"];
                };
            };
            401: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
        };
    };
    signInByPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyUse"];
            };
        };
        responses: {
            200: components["responses"]["Session"];
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    beginSetup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description enrol this */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TotpEnrolment"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    lookAtSetup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                };
            };
        };
        responses: {
            /** @description the account */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        login: string;
                        name: string;
                        directory?: components["schemas"]["KnownDirectory"] | null;
                        /** @description who it is at the provider is proven */
                        proven?: boolean;
                        /** Format: date-time */
                        expires: string;
                    };
                };
            };
            400: components["responses"]["Problem"];
        };
    };
    finishSetup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                    code: string;
                };
            };
        };
        responses: {
            /** @description recovery codes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            400: components["responses"]["Problem"];
        };
    };
    beginSetupPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                };
            };
        };
        responses: {
            /** @description ask the browser this */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyQuestion"];
                };
            };
            400: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
        };
    };
    finishSetupPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                    name: string;
                    client_data: string;
                    attestation: string;
                };
            };
        };
        responses: {
            /** @description recovery codes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            400: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
        };
    };
    changeAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {unknown} */
                    language?: "ja" | "en";
                    mail?: string;
                };
            };
        };
        responses: {
            200: components["responses"]["Session"];
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    current: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description changed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
        };
    };
    beginTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OwnerProof"];
            };
        };
        responses: {
            /** @description enrol this */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TotpEnrolment"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
        };
    };
    finishTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    code: string;
                };
            };
        };
        responses: {
            /** @description recovery codes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
        };
    };
    removeTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OwnerProof"];
            };
        };
        responses: {
            /** @description removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
        };
    };
    renewRecoveryCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OwnerProof"];
            };
        };
        responses: {
            /** @description recovery codes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
        };
    };
    listPasskeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description passkeys */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Passkey"][];
                        authenticator: boolean;
                    };
                };
            };
        };
    };
    registerPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    client_data: string;
                    attestation: string;
                };
            };
        };
        responses: {
            /** @description registered */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Passkey"];
                };
            };
            400: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
        };
    };
    beginPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OwnerProof"];
            };
        };
        responses: {
            /** @description ask the browser this */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyQuestion"];
                };
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            503: components["responses"]["Problem"];
        };
    };
    askForPasskeyProof: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ask the browser this */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyQuestion"];
                };
            };
            409: components["responses"]["Problem"];
        };
    };
    renamePasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            /** @description renamed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Passkey"];
                };
            };
            400: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
        };
    };
    removePasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OwnerProof"];
            };
        };
        responses: {
            /** @description removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem"];
            401: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
        };
    };
    listSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description sessions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["OpenSession"][];
                    };
                };
            };
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description tokens */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Token"][];
                    };
                };
            };
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    scopes: string[];
                    days: number;
                };
            };
        };
        responses: {
            /** @description made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Token"] & {
                        secret?: string;
                    };
                };
            };
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listPeople: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                /** @description search: width, kana and case do not matter */
                q?: components["parameters"]["q"];
                cursor?: components["parameters"]["cursor"];
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description people */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonList"];
                };
            };
        };
    };
    createPerson: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    login: string;
                    name: string;
                    kana?: string;
                    mail?: string;
                    organisation?: string;
                    /** @description id of a directory, or empty: the password is kept here */
                    directory?: string;
                    role: components["schemas"]["Role"];
                };
            };
        };
        responses: {
            /** @description made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            400: components["responses"]["Problem"];
            403: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
        };
    };
    listDirectories: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description directories */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["KnownDirectory"][];
                    };
                };
            };
        };
    };
    getPerson: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description person */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
        };
    };
    changePerson: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    kana?: string;
                    mail?: string;
                    organisation?: string;
                    /** @description id of a directory, or empty: the password is kept here, and set by a new link */
                    directory?: string;
                    disabled?: boolean;
                    administrator?: boolean;
                };
            };
        };
        responses: {
            /** @description person */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            400: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
        };
    };
    invitePerson: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                /** @description at once, with all sessions, for a device that is lost; else the finished set-up removes them */
                remove_passkeys?: boolean;
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description hand this over */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        link: string;
                        /** Format: date-time */
                        expires: string;
                    };
                };
            };
        };
    };
    unlockPerson: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description unlocked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listRoster: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description entries */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["RosterEntry"][];
                    };
                };
            };
        };
    };
    submitRoster: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    person: number;
                    role: components["schemas"]["Role"];
                    /** Format: date */
                    from: string;
                    /** Format: date */
                    until?: string | null;
                    note?: string;
                    papers?: {
                        id: string;
                        /** Format: date */
                        day?: string;
                        /** @description an attachment of the contract */
                        file?: number;
                    }[];
                };
            };
        };
        responses: {
            /** @description submitted */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RosterEntry"];
                };
            };
        };
    };
    setRosterPapers: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    papers: {
                        id: string;
                        /** Format: date */
                        day?: string;
                        /** @description an attachment of the contract */
                        file?: number;
                    }[];
                };
            };
        };
        responses: {
            /** @description entry */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RosterEntry"];
                };
            };
        };
    };
    decideRoster: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {unknown} */
                    decision: "approve" | "refuse" | "end";
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description entry */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RosterEntry"];
                };
            };
        };
    };
    getContract: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                contract_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description contract */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Contract"];
                };
            };
        };
    };
    listContactTrees: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                contract_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description trees */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ContactTree"][];
                    };
                };
            };
        };
    };
    listLedgers: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ledgers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Ledger"][];
                    };
                };
            };
        };
    };
    listRows: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                /** @description search: width, kana and case do not matter */
                q?: components["parameters"]["q"];
                /** @description a field, - before it for descending */
                sort?: string;
                cursor?: components["parameters"]["cursor"];
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path: {
                ledger: components["parameters"]["ledger"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description rows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RowList"];
                };
            };
        };
    };
    createRow: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                ledger: components["parameters"]["ledger"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    fields: Record<string, unknown>;
                    why?: string;
                };
            };
        };
        responses: {
            /** @description row */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Row"];
                };
            };
            422: components["responses"]["Problem"];
        };
    };
    getRow: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                ledger: components["parameters"]["ledger"];
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description row */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Row"];
                };
            };
        };
    };
    deleteRow: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                version: number;
                why?: string;
            };
            header?: never;
            path: {
                ledger: components["parameters"]["ledger"];
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            409: components["responses"]["Problem"];
        };
    };
    changeRow: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                ledger: components["parameters"]["ledger"];
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    version: number;
                    fields: Record<string, unknown>;
                    why?: string;
                };
            };
        };
        responses: {
            /** @description row */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Row"];
                };
            };
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    getRowHistory: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                ledger: components["parameters"]["ledger"];
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description changes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["RowChange"][];
                    };
                };
            };
        };
    };
    exportLedger: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                /** @description search: width, kana and case do not matter */
                q?: components["parameters"]["q"];
                format: "xlsx" | "csv";
            };
            header?: never;
            path: {
                ledger: components["parameters"]["ledger"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
        };
    };
    planImport: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                ledger: components["parameters"]["ledger"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    file: string;
                };
            };
        };
        responses: {
            /** @description a job; its result is the import's id */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
        };
    };
    getImport: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description import */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
        };
    };
    dropImport: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description dropped */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listImportRows: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                outcome?: "created" | "updated" | "unchanged" | "rejected";
                cursor?: components["parameters"]["cursor"];
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description rows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportRowList"];
                };
            };
        };
    };
    executeImport: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            409: components["responses"]["Problem"];
        };
    };
    undoImport: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            409: components["responses"]["Problem"];
        };
    };
    addAttachment: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    file: string;
                };
            };
        };
        responses: {
            /** @description attachment */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Attachment"];
                };
            };
        };
    };
    getAttachment: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
        };
    };
    getToday: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description today */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Today"];
                };
            };
        };
    };
    listDevices: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                /** @description search: width, kana and case do not matter */
                q?: components["parameters"]["q"];
                site?: number;
                class?: string;
                state?: components["schemas"]["DeviceState"];
                sort?: "name" | "-name" | "site" | "class" | "state" | "address";
                cursor?: components["parameters"]["cursor"];
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description devices */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceList"];
                };
            };
        };
    };
    getDevice: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description device */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceDetail"];
                };
            };
        };
    };
    listInterfaces: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description interfaces */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Interface"][];
                    };
                };
            };
        };
    };
    listMetrics: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description metrics */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Metric"][];
                    };
                };
            };
        };
    };
    getSeries: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                metric: string;
                instance?: string;
                from: string;
                to: string;
                points?: number;
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description series */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Series"];
                };
            };
        };
    };
    listDeviceLogs: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                cursor?: components["parameters"]["cursor"];
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description logs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogFileList"];
                };
            };
        };
    };
    retrieveLog: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                incident?: number;
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description retrieval */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogFile"];
                };
            };
        };
    };
    getLog: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description log */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogFile"];
                };
            };
        };
    };
    getMap: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                site?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description map */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Map"];
                };
            };
        };
    };
    listAlerts: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                /** @description search: width, kana and case do not matter */
                q?: components["parameters"]["q"];
                state?: components["schemas"]["AlertState"];
                severity?: components["schemas"]["Severity"];
                device?: number;
                /** @description children held under this alert */
                parent?: number;
                from?: string;
                to?: string;
                cursor?: components["parameters"]["cursor"];
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description alerts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertList"];
                };
            };
        };
    };
    getAlert: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description alert */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alert"];
                };
            };
        };
    };
    acknowledgeAlert: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description alert */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alert"];
                };
            };
        };
    };
    commentAlert: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    text: string;
                };
            };
        };
        responses: {
            /** @description alert */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alert"];
                };
            };
        };
    };
    listSilences: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                state?: "planned" | "running" | "ended";
                cursor?: components["parameters"]["cursor"];
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description silences */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SilenceList"];
                };
            };
        };
    };
    createSilence: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    devices?: number[];
                    sites?: number[];
                    /** Format: date-time */
                    from: string;
                    /** Format: date-time */
                    to: string;
                    why: string;
                };
            };
        };
        responses: {
            /** @description silence */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Silence"];
                };
            };
            422: components["responses"]["Problem"];
        };
    };
    endSilence: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description silence */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Silence"];
                };
            };
        };
    };
    getTrapCounters: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description counters */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrapCounters"];
                };
            };
        };
    };
    listTrapSenders: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description senders */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["TrapSender"][];
                    };
                };
            };
        };
    };
    acceptTrapSender: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    device: number;
                };
            };
        };
        responses: {
            /** @description accepted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getSyslogCounters: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description counters */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyslogCounters"];
                };
            };
        };
    };
    listSyslogSenders: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description senders */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["SyslogSender"][];
                        /** @description false: not every device of the ledger could be looked for in the store in time */
                        whole: boolean;
                    };
                };
            };
        };
    };
    acceptSyslogSender: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    address: string;
                    device: number;
                };
            };
        };
        responses: {
            /** @description accepted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listRounds: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                cursor?: components["parameters"]["cursor"];
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description rounds */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoundList"];
                };
            };
        };
    };
    startRound: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
        };
    };
    listIncidents: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                /** @description search: width, kana and case do not matter */
                q?: components["parameters"]["q"];
                state?: components["schemas"]["IncidentState"];
                device?: number;
                cursor?: components["parameters"]["cursor"];
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description incidents */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentList"];
                };
            };
        };
    };
    createIncident: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    title: string;
                    severity: components["schemas"]["Severity"];
                    device?: number | null;
                    site?: number | null;
                    /** Format: date-time */
                    detected_at?: string;
                    detail?: string;
                    service_stopped?: boolean;
                };
            };
        };
        responses: {
            /** @description incident */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incident"];
                };
            };
        };
    };
    getIncident: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description incident */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentDetail"];
                };
            };
        };
    };
    changeIncident: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    title?: string;
                    severity?: components["schemas"]["Severity"];
                    owner?: number | null;
                    service_stopped?: boolean;
                    caller?: components["schemas"]["CallerGiven"];
                    device?: number | null;
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description incident */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentDetail"];
                };
            };
        };
    };
    listTickets: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                /** @description search: width, kana and case do not matter */
                q?: components["parameters"]["q"];
                /** @description one of the pack's, or several with commas between */
                kind?: string;
                state?: string;
                phase?: "open" | "done";
                stage?: string;
                /** @description me, none, or an account */
                owner?: string;
                section?: string;
                severity?: components["schemas"]["Severity"];
                device?: number;
                contact?: number;
                due_before?: string;
                overdue?: "true";
                sort?: "newest" | "oldest" | "due" | "changed";
                cursor?: components["parameters"]["cursor"];
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description tickets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketList"];
                };
            };
        };
    };
    createTicket: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    kind: string;
                    /** @enum {unknown} */
                    channel?: "phone" | "mail";
                    title: string;
                    detail?: string;
                    severity?: components["schemas"]["Severity"];
                    device?: number | null;
                    site?: number | null;
                    /** Format: date-time */
                    at?: string;
                    service_stopped?: boolean;
                    caller?: components["schemas"]["CallerGiven"];
                };
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentDetail"];
                };
            };
        };
    };
    changeTickets: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {unknown} */
                    act: "acknowledge" | "assign";
                    tickets: number[];
                    owner?: number | null;
                };
            };
        };
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getDesk: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description desk */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Desk"];
                };
            };
        };
    };
    findCallers: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                /** @description search: width, kana and case do not matter */
                q?: components["parameters"]["q"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description found */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["FoundCaller"][];
                    };
                };
            };
        };
    };
    saveTicketView: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    query: string;
                    shared?: boolean;
                };
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketView"];
                };
            };
        };
    };
    removeTicketView: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listInquiries: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                cursor?: components["parameters"]["cursor"];
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description inquiries */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketList"];
                };
            };
        };
    };
    fileInquiry: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    title: string;
                    detail: string;
                    device?: number | null;
                    attachments?: number[];
                };
            };
        };
        responses: {
            /** @description done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Inquiry"];
                };
            };
        };
    };
    getInquiry: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description inquiry */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Inquiry"];
                };
            };
        };
    };
    getInquiryFile: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
                file: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
        };
    };
    writeInquiry: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    text: string;
                    attachments?: number[];
                };
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Inquiry"];
                };
            };
        };
    };
    mergeIncident: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    into: number;
                    reason: string;
                };
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentDetail"];
                };
            };
        };
    };
    unmergeIncident: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentDetail"];
                };
            };
        };
    };
    replyToCaller: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    text: string;
                    answers?: boolean;
                    /** @description also to the callers of tickets that were merged into it, each in his own */
                    to_merged?: boolean;
                    attachments?: number[];
                };
            };
        };
        responses: {
            /** @description done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentDetail"];
                };
            };
        };
    };
    linkIncident: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    other: number;
                    /** @enum {unknown} */
                    relation: "related" | "duplicate" | "caused_by" | "causes";
                };
            };
        };
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    unlinkIncident: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
                other: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listOwners: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description people */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            id: number;
                            name: string;
                            role: string;
                        }[];
                        next: string | null;
                    };
                };
            };
        };
    };
    getTimeline: {
        parameters: {
            query: {
                reads?: "only";
                contract: components["parameters"]["contract"];
                cursor?: components["parameters"]["cursor"];
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description entries */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JournalList"];
                };
            };
        };
    };
    addNote: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    text: string;
                    attachments?: number[];
                };
            };
        };
        responses: {
            /** @description written */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    recordIncidentEvent: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    event: string;
                    /** Format: date-time */
                    at?: string;
                    note?: string;
                    /** @description row of the ledger loans that goes out */
                    loan?: number | null;
                };
            };
        };
        responses: {
            /** @description incident */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentDetail"];
                };
            };
            422: components["responses"]["Problem"];
        };
    };
    addIncidentReport: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {unknown} */
                    kind: "first" | "interim" | "final";
                    parts: {
                        [key: string]: string;
                    };
                    submit: boolean;
                };
            };
        };
        responses: {
            /** @description incident */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentDetail"];
                };
            };
            422: components["responses"]["Problem"];
        };
    };
    handOver: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    to: string;
                    reason: string;
                    reference?: string;
                };
            };
        };
        responses: {
            /** @description incident */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentDetail"];
                };
            };
        };
    };
    closeIncident: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description incident */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentDetail"];
                };
            };
            409: components["responses"]["Problem"];
        };
    };
    reopenIncident: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description incident */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IncidentDetail"];
                };
            };
        };
    };
    listClocks: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description clocks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Clock"][];
                    };
                };
            };
        };
    };
    getClock: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description clock */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Clock"];
                };
            };
        };
    };
    replayClock: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description both */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        version_then: string;
                        version_now: string;
                        then: components["schemas"]["Clock"] | null;
                        now: components["schemas"]["Clock"] | null;
                        differs: boolean | null;
                    };
                };
            };
        };
    };
    giveClockReason: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description clock */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Clock"];
                };
            };
        };
    };
    listCalls: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                incident?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description calls */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Contact"][];
                    };
                };
            };
        };
    };
    recordCall: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {unknown} */
                    result: "answered" | "no_answer" | "busy" | "wrong_number";
                    note?: string;
                };
            };
        };
        responses: {
            /** @description contact */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Contact"];
                };
            };
        };
    };
    listForms: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description forms */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Form"][];
                    };
                };
            };
        };
    };
    getForm: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                form: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description form */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Form"];
                };
            };
        };
    };
    listFormRows: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                /** @description search: width, kana and case do not matter */
                q?: components["parameters"]["q"];
            };
            header?: never;
            path: {
                form: string;
                field: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description rows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["NamedChoice"][];
                    };
                };
            };
        };
    };
    listColleagues: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                /** @description search: width, kana and case do not matter */
                q?: components["parameters"]["q"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description people */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["NamedChoice"][];
                    };
                };
            };
        };
    };
    listWorkKinds: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkKindList"];
                };
            };
        };
    };
    getWorkSummary: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkSummary"];
                };
            };
        };
    };
    listEquipment: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EquipmentList"];
                };
            };
        };
    };
    getWorkDue: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkDueList"];
                };
            };
        };
    };
    listRegularWork: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                fiscal_year: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegularWorkList"];
                };
            };
            400: components["responses"]["Problem"];
        };
    };
    listWorkMachines: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                /** @description ids with commas between */
                classes?: string;
                sites?: string;
                /** @description search: width, kana and case do not matter */
                q?: components["parameters"]["q"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkMachines"];
                };
            };
        };
    };
    getFieldWork: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FieldWork"];
                };
            };
        };
    };
    listWorkOrders: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                /** @description states with commas between */
                state?: string;
                kind?: string;
                site?: number;
                campaign?: number;
                device?: number;
                overdue?: "true";
                without_visit?: "true";
                /** @description search: width, kana and case do not matter */
                q?: components["parameters"]["q"];
                cursor?: components["parameters"]["cursor"];
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkOrderList"];
                };
            };
        };
    };
    openWorkOrder: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    kind: string;
                    title: string;
                    detail?: string;
                    devices?: number[];
                    site?: number;
                    /** Format: date-time */
                    due?: string;
                };
            };
        };
        responses: {
            /** @description answer */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkOrderDetail"];
                };
            };
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    getWorkOrder: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkOrderDetail"];
                };
            };
        };
    };
    planWorkOrder: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the version that was seen */
                    version: number;
                    /** Format: date-time */
                    from: string;
                    /** Format: date-time */
                    until: string;
                    workers: string;
                    influence?: string;
                    procedure: string[];
                    papers?: number[];
                    emergency?: boolean;
                    emergency_reason?: string;
                    devices?: number[];
                };
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkOrderDetail"];
                };
            };
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    decideWorkPlan: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the version that was seen */
                    version: number;
                    /** @enum {unknown} */
                    decision: "approve" | "return" | "reject";
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkOrderDetail"];
                };
            };
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    withdrawWorkOrder: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the version that was seen */
                    version?: number;
                    reason?: string;
                    /** @description chosen by the sender; the same key again is answered and not done again */
                    key?: string;
                    /**
                     * Format: date-time
                     * @description when it happened
                     */
                    at?: string;
                };
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkOrderDetail"];
                };
            };
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    startWorkOrder: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the version that was seen */
                    version?: number;
                    reason?: string;
                    /** @description chosen by the sender; the same key again is answered and not done again */
                    key?: string;
                    /**
                     * Format: date-time
                     * @description when it happened
                     */
                    at?: string;
                };
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkOrderDetail"];
                };
            };
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    answerWorkStep: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
                seq: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the version of the step that was seen */
                    version: number;
                    /** @enum {unknown} */
                    result: "ok" | "failed" | "not_applicable";
                    value?: string;
                    note?: string;
                    photographs?: number[];
                    /** @description chosen by the sender; the same key again is answered and not done again */
                    key?: string;
                    /**
                     * Format: date-time
                     * @description when it happened
                     */
                    at?: string;
                };
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkOrderDetail"];
                };
            };
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    stopWorkOrder: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the version that was seen */
                    version?: number;
                    reason?: string;
                    /** @description chosen by the sender; the same key again is answered and not done again */
                    key?: string;
                    /**
                     * Format: date-time
                     * @description when it happened
                     */
                    at?: string;
                };
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkOrderDetail"];
                };
            };
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    decideWorkStop: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the version that was seen */
                    version: number;
                    /** @enum {unknown} */
                    decision: "again" | "go_on" | "put_back" | "give_up";
                    reason: string;
                };
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkOrderDetail"];
                };
            };
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    finishWorkOrder: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the version that was seen */
                    version?: number;
                    reason?: string;
                    /** @description chosen by the sender; the same key again is answered and not done again */
                    key?: string;
                    /**
                     * Format: date-time
                     * @description when it happened
                     */
                    at?: string;
                };
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkOrderDetail"];
                };
            };
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    acceptWorkOrder: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the version that was seen */
                    version: number;
                    accepted: boolean;
                    note?: string;
                };
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkOrderDetail"];
                };
            };
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    listCampaigns: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                cursor?: components["parameters"]["cursor"];
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignList"];
                };
            };
        };
    };
    openCampaign: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    kind: string;
                    title: string;
                    detail?: string;
                    per_site?: boolean;
                    /** @description a machine belongs to the first that names it or its site, else to the last */
                    waves?: {
                        title: string;
                        devices?: number[];
                        sites?: number[];
                    }[];
                    /** Format: date-time */
                    due?: string;
                    classes?: string[];
                    sites?: number[];
                    text?: string;
                };
            };
        };
        responses: {
            /** @description answer */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Campaign"];
                };
            };
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    getCampaign: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Campaign"];
                };
            };
        };
    };
    planCampaign: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    workers: string;
                    influence?: string;
                    procedure: string[];
                    papers?: number[];
                    emergency?: boolean;
                    emergency_reason?: string;
                    orders: {
                        order: number;
                        version: number;
                        /** Format: date-time */
                        from?: string;
                        /** Format: date-time */
                        until?: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Campaign"];
                };
            };
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    decideCampaign: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    orders: {
                        order: number;
                        version: number;
                        /** Format: date-time */
                        from?: string;
                        /** Format: date-time */
                        until?: string;
                    }[];
                    /** @enum {unknown} */
                    decision: "approve" | "return" | "reject";
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Campaign"];
                };
            };
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    openWave: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    seq: number;
                    finding: string;
                };
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Campaign"];
                };
            };
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    listVisits: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                from?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VisitList"];
                };
            };
        };
    };
    planVisit: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    site: number;
                    /** Format: date */
                    day: string;
                    workers?: string;
                    orders: number[];
                };
            };
        };
        responses: {
            /** @description answer */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Visit"];
                };
            };
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    getVisit: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Visit"];
                };
            };
        };
    };
    arriveAtVisit: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the version that was seen */
                    version?: number;
                    reason?: string;
                    /** @description chosen by the sender; the same key again is answered and not done again */
                    key?: string;
                    /**
                     * Format: date-time
                     * @description when it happened
                     */
                    at?: string;
                };
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Visit"];
                };
            };
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    leaveVisit: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the version that was seen */
                    version?: number;
                    reason?: string;
                    /** @description chosen by the sender; the same key again is answered and not done again */
                    key?: string;
                    /**
                     * Format: date-time
                     * @description when it happened
                     */
                    at?: string;
                };
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Visit"];
                };
            };
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    listWorkNotices: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                state?: "received" | "concerned" | "not_concerned";
                /** @description search: width, kana and case do not matter */
                q?: components["parameters"]["q"];
                cursor?: components["parameters"]["cursor"];
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkNoticeList"];
                };
            };
        };
    };
    receiveWorkNotice: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    source: string;
                    reference?: string;
                    title: string;
                    content?: string;
                    files?: number[];
                    /** Format: date-time */
                    received_at?: string;
                };
            };
        };
        responses: {
            /** @description answer */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkNotice"];
                };
            };
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    getWorkNotice: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkNotice"];
                };
            };
        };
    };
    assessWorkNotice: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the version that was seen */
                    version: number;
                    concerned: boolean;
                    /** @enum {unknown} */
                    urgency?: "normal" | "soon" | "at_once";
                    reason: string;
                    kind?: string;
                    title?: string;
                    detail?: string;
                    per_site?: boolean;
                    /** Format: date-time */
                    due?: string;
                    classes?: string[];
                    sites?: number[];
                    text?: string;
                };
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkNotice"];
                };
            };
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    listRequests: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                /** @description mine, those that wait for me, or all (with incident_read); without it all or mine */
                view?: "mine" | "waiting" | "all";
                form?: string;
                state?: components["schemas"]["RequestState"];
                /** @description search: width, kana and case do not matter */
                q?: components["parameters"]["q"];
                cursor?: components["parameters"]["cursor"];
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description requests */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestList"];
                };
            };
        };
    };
    submitRequest: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    form: string;
                    values: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description request */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FormRequest"];
                };
            };
            422: components["responses"]["Problem"];
        };
    };
    getRequest: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description request */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FormRequest"];
                };
            };
        };
    };
    getRequestFile: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
                field: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
        };
    };
    decideRequest: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the version that was seen */
                    version: number;
                    step: string;
                    /** @enum {unknown} */
                    decision: "approve" | "send_back" | "reject";
                    note?: string;
                    values?: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description request */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FormRequest"];
                };
            };
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    withdrawRequest: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the version that was seen */
                    version: number;
                    note?: string;
                    values?: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description request */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FormRequest"];
                };
            };
            409: components["responses"]["Problem"];
        };
    };
    resubmitRequest: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the version that was seen */
                    version: number;
                    note?: string;
                    values?: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description request */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FormRequest"];
                };
            };
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    rerouteRequest: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the version that was seen */
                    version: number;
                    step: string;
                    person: number;
                    reason: string;
                };
            };
        };
        responses: {
            /** @description request */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FormRequest"];
                };
            };
            409: components["responses"]["Problem"];
        };
    };
    retryEffect: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the version that was seen */
                    version: number;
                    step: string;
                    effect: string;
                };
            };
        };
        responses: {
            /** @description request */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FormRequest"];
                };
            };
            409: components["responses"]["Problem"];
        };
    };
    listDeputies: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description deputies */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Deputy"][];
                    };
                };
            };
        };
    };
    addDeputy: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    person: number;
                    deputy: number;
                    /** Format: date */
                    from: string;
                    /** Format: date */
                    until: string;
                };
            };
        };
        responses: {
            /** @description deputy */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deputy"];
                };
            };
            422: components["responses"]["Problem"];
        };
    };
    endDeputy: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listAnnouncements: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ok */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Announcement"][];
                    };
                };
            };
        };
    };
    listExpiring: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ok */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Expiring"][];
                    };
                };
            };
        };
    };
    listDeliverables: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                /** @description due in that month, 2026-04 */
                month?: string;
                /** @description due from April of that year to March */
                fiscal_year?: string;
                view?: "open" | "late" | "waiting";
                state?: components["schemas"]["DeliverableState"];
                deliverable?: string;
                cursor?: components["parameters"]["cursor"];
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ok */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Deliverable"][];
                        next: string | null;
                        /** @description with month: the days on which the office is closed; on the first page */
                        closed_days?: {
                            /** Format: date */
                            day: string;
                            /** @description null where it is the day of the week alone */
                            why: components["schemas"]["Text2"] | null;
                        }[];
                    };
                };
            };
        };
    };
    openDeliverable: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    deliverable: string;
                    /** @description a day or an instant */
                    event: string;
                    note?: string;
                };
            };
        };
        responses: {
            /** @description ok */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliverableDetail"];
                };
            };
            403: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    getDeliverablesNow: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ok */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliverablesNow"];
                };
            };
        };
    };
    listDeliverableKinds: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ok */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DeliverableKind"][];
                    };
                };
            };
        };
    };
    exportDeliverables: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                /** @description due in that month, 2026-04 */
                month?: string;
                /** @description due from April of that year to March */
                fiscal_year?: string;
                view?: "open" | "late" | "waiting";
                state?: components["schemas"]["DeliverableState"];
                deliverable?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
        };
    };
    getDeliverable: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ok */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliverableDetail"];
                };
            };
            404: components["responses"]["Problem"];
        };
    };
    changeDeliverable: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the version that was seen */
                    version: number;
                    /** @description a day or an instant */
                    event?: string;
                };
            };
        };
        responses: {
            /** @description ok */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliverableDetail"];
                };
            };
            403: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    getDeliverableFile: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
                file: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            404: components["responses"]["Problem"];
        };
    };
    submitDeliverable: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the version that was seen */
                    version: number;
                    formats: string[];
                    copies: number;
                    /** @description ids of attachments */
                    files?: number[];
                    /** @description a report made here; its files are handed in */
                    report?: number;
                    note?: string;
                };
            };
        };
        responses: {
            /** @description ok */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliverableDetail"];
                };
            };
            403: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    decideDeliverable: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the version that was seen */
                    version: number;
                    /** @enum {unknown} */
                    decision: "accept" | "give_back" | "waive";
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description ok */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliverableDetail"];
                };
            };
            403: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    listPasswords: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                cursor?: components["parameters"]["cursor"];
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ok */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["PasswordTarget"][];
                        next: string | null;
                        all: number;
                        late: number;
                        never: number;
                        may_change: boolean;
                        may_ask: boolean;
                    };
                };
            };
        };
    };
    recordPassword: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                row: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    secret: string;
                    /** Format: date */
                    on: string;
                };
            };
        };
        responses: {
            /** @description ok */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasswordTarget"];
                };
            };
            403: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    askRelease: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                row: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description ok */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
            403: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    listReleases: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                cursor?: components["parameters"]["cursor"];
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ok */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Release"][];
                        next: string | null;
                    };
                };
            };
        };
    };
    decideRelease: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    approve: boolean;
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description ok */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
            403: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    showPassword: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ok */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        secret: string;
                    };
                };
            };
            403: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    listHandovers: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HandoverList"];
                };
            };
        };
    };
    startHandover: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
        };
    };
    getHandoverFile: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-tar": string;
                };
            };
        };
    };
    listErasures: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ok */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ErasureAgreement"][];
                    };
                };
            };
        };
    };
    askErasure: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                    manifest: string;
                };
            };
        };
        responses: {
            /** @description ok */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasureAgreement"];
                };
            };
            422: components["responses"]["Problem"];
        };
    };
    approveErasure: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ok */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasureAgreement"];
                };
            };
            404: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    listReports: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description reports */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Report"][];
                    };
                };
            };
        };
    };
    makeReport: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {unknown} */
                    kind: "monthly";
                    month: string;
                };
            };
        };
        responses: {
            /** @description job; its result is the report's id */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
        };
    };
    getReportFile: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                format: "docx" | "xlsx" | "pdf";
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
        };
    };
    listJournal: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                /** @description search: width, kana and case do not matter */
                q?: components["parameters"]["q"];
                kind?: string;
                subject?: string;
                account?: number;
                from?: string;
                to?: string;
                cursor?: components["parameters"]["cursor"];
                limit?: components["parameters"]["limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description entries */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JournalList"];
                };
            };
        };
    };
    verifyJournal: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description verdict */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: number;
                        root: string;
                        first_broken: number;
                    };
                };
            };
        };
    };
    exportJournal: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                from: string;
                to: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": unknown;
                };
            };
        };
    };
    listCredentials: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description credentials */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Credential"][];
                    };
                };
            };
        };
    };
    storeCredential: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @enum {unknown} */
                    kind: "ssh_password" | "ssh_key" | "snmp_community" | "snmp_v3" | "directory" | "sign_on";
                    user?: string;
                    secret?: string;
                    /** @enum {unknown} */
                    auth?: "md5" | "sha1" | "sha224" | "sha256" | "sha384" | "sha512";
                    auth_password?: string;
                    /** @enum {unknown} */
                    privacy?: "des" | "aes128" | "aes192" | "aes256";
                    privacy_password?: string;
                };
            };
        };
        responses: {
            /** @description stored */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    removeCredential: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description job */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description stopping */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description status */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
        };
    };
    streamEvents: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": unknown;
                };
            };
        };
    };
    listLogKinds: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogKinds"];
                };
            };
        };
    };
    listLogRules: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description rules */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["LogRule"][];
                    };
                };
            };
        };
    };
    changeLogRule: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                rule: components["parameters"]["logRule"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description of the rule it was made on; 0: people had not changed it */
                    version: number;
                    why: string;
                    /** @description keys as share/log_rules/README.md has them; those not said stay as they lie beneath; off: true switches it off */
                    said: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description the rule as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogRule"];
                };
            };
            403: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    removeLogRule: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                version: number;
                why: string;
            };
            header?: never;
            path: {
                rule: components["parameters"]["logRule"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description taken back */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    listLogRuleChanges: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                rule: components["parameters"]["logRule"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description changes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["LogRuleChange"][];
                    };
                };
            };
        };
    };
    tryLogRule: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description one of the contract's; else a draft */
                    rule?: string;
                    /** @description as share/log_rules/README.md has it */
                    draft?: {
                        [key: string]: unknown;
                    };
                    /** @description RFC 3339; not more than seven days ago */
                    from?: string;
                    purpose?: string;
                    screen?: string;
                };
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogRuleTrial"];
                };
            };
            403: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
        };
    };
    searchLogs: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    q?: string;
                    kinds?: string[];
                    /** @description RFC 3339, or words of the language (先週); narrows the text */
                    from?: string;
                    to?: string;
                    /** @description a time line of: person, pc, file, address */
                    subject?: string;
                    of?: string;
                    /** @description said anew, for half an hour */
                    purpose?: string;
                    /** @description a later search with the same word stops this one; texts typed one after the other with the same word up to its last point are one entry of the journal */
                    screen?: string;
                    limit?: number;
                    cursor?: string;
                    newest_first?: boolean | null;
                    /** @description values are not cut at 2,000 bytes */
                    whole?: boolean;
                };
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogRows"];
                };
            };
            403: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
        };
    };
    streamLogs: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    q?: string;
                    kinds?: string[];
                    /** @description RFC 3339, or words of the language (先週); narrows the text */
                    from?: string;
                    to?: string;
                    /** @description a time line of: person, pc, file, address */
                    subject?: string;
                    of?: string;
                    /** @description said anew, for half an hour */
                    purpose?: string;
                    /** @description a later search with the same word stops this one; texts typed one after the other with the same word up to its last point are one entry of the journal */
                    screen?: string;
                    limit?: number;
                    cursor?: string;
                    newest_first?: boolean | null;
                    /** @description values are not cut at 2,000 bytes */
                    whole?: boolean;
                };
            };
        };
        responses: {
            /** @description lines */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/jsonl": unknown;
                };
            };
            403: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
        };
    };
    countLogs: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    q?: string;
                    kinds?: string[];
                    /** @description RFC 3339, or words of the language (先週); narrows the text */
                    from?: string;
                    to?: string;
                    /** @description a time line of: person, pc, file, address */
                    subject?: string;
                    of?: string;
                    /** @description said anew, for half an hour */
                    purpose?: string;
                    /** @description a later search with the same word stops this one; texts typed one after the other with the same word up to its last point are one entry of the journal */
                    screen?: string;
                    by?: string[];
                    histogram?: boolean;
                    top?: number;
                };
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogCounts"];
                };
            };
            403: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
        };
    };
    getLogFacets: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    q?: string;
                    kinds?: string[];
                    /** @description RFC 3339, or words of the language (先週); narrows the text */
                    from?: string;
                    to?: string;
                    /** @description a time line of: person, pc, file, address */
                    subject?: string;
                    of?: string;
                    /** @description said anew, for half an hour */
                    purpose?: string;
                    /** @description a later search with the same word stops this one; texts typed one after the other with the same word up to its last point are one entry of the journal */
                    screen?: string;
                };
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogFacets"];
                };
            };
            403: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
        };
    };
    streamLogOverview: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    q?: string;
                    kinds?: string[];
                    /** @description RFC 3339, or words of the language (先週); narrows the text */
                    from?: string;
                    to?: string;
                    /** @description a time line of: person, pc, file, address */
                    subject?: string;
                    of?: string;
                    /** @description said anew, for half an hour */
                    purpose?: string;
                    /** @description a later search with the same word stops this one; texts typed one after the other with the same word up to its last point are one entry of the journal */
                    screen?: string;
                };
            };
        };
        responses: {
            /** @description lines */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/jsonl": components["schemas"]["LogOverview"];
                };
            };
            403: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
        };
    };
    getLogContext: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    kind: string;
                    source: string;
                    us: number;
                    limit?: number;
                    purpose?: string;
                };
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogContext"];
                };
            };
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
        };
    };
    readLogSearch: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    q?: string;
                    kinds?: string[];
                    /** @description RFC 3339, or words of the language (先週); narrows the text */
                    from?: string;
                    to?: string;
                    /** @description a time line of: person, pc, file, address */
                    subject?: string;
                    of?: string;
                    /** @description said anew, for half an hour */
                    purpose?: string;
                    /** @description a later search with the same word stops this one; texts typed one after the other with the same word up to its last point are one entry of the journal */
                    screen?: string;
                };
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogReadingOrFault"];
                };
            };
        };
    };
    suggestLogWords: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    q: string;
                    cursor: number;
                };
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["LogSuggestion"][];
                    };
                };
            };
        };
    };
    stateLogPurpose: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    said: string;
                };
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogPurpose"];
                };
            };
            422: components["responses"]["Problem"];
        };
    };
    endLogPurpose: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listSavedSearches: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["SavedSearch"][];
                    };
                };
            };
        };
    };
    saveSearch: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    description?: string;
                    text: string;
                    shared?: boolean;
                };
            };
        };
        responses: {
            /** @description kept */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedSearch"];
                };
            };
            422: components["responses"]["Problem"];
        };
    };
    changeSavedSearch: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    description?: string;
                    text: string;
                    shared?: boolean;
                };
            };
        };
        responses: {
            /** @description changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedSearch"];
                };
            };
            404: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    removeSavedSearch: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["Problem"];
        };
    };
    listLogExports: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["LogExport"][];
                    };
                };
            };
        };
    };
    startLogExport: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    q?: string;
                    kinds?: string[];
                    /** @description RFC 3339, or words of the language (先週); narrows the text */
                    from?: string;
                    to?: string;
                    /** @description a time line of: person, pc, file, address */
                    subject?: string;
                    of?: string;
                    /** @description said anew, for half an hour */
                    purpose?: string;
                    /** @description a later search with the same word stops this one; texts typed one after the other with the same word up to its last point are one entry of the journal */
                    screen?: string;
                    /** @enum {unknown} */
                    format: "xlsx" | "csv";
                    /** @description of csv: seals.txt goes along, by which yagura-verify proves the rows */
                    seals?: boolean;
                };
            };
        };
        responses: {
            /** @description the job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            403: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
            429: components["responses"]["Problem"];
        };
    };
    getLogExportFile: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            404: components["responses"]["Problem"];
        };
    };
    listLogHolds: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["LogHold"][];
                    };
                };
            };
        };
    };
    placeLogHold: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    kinds?: string[];
                    /** @description first day in Japan, 2026-11-01 */
                    from?: string;
                    /** @description last day */
                    to?: string;
                    reason: string;
                    ordered_by: string;
                };
            };
        };
        responses: {
            /** @description held */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogHold"];
                };
            };
            422: components["responses"]["Problem"];
        };
    };
    askLogRelease: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogHold"];
                };
            };
            404: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    decideLogRelease: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path: {
                id: components["parameters"]["id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    release: boolean;
                    /** @description needed to refuse */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description decided */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogHold"];
                };
            };
            403: components["responses"]["Problem"];
            404: components["responses"]["Problem"];
            409: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    listLogSeals: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                cursor?: components["parameters"]["cursor"];
                limit?: components["parameters"]["limit"];
                kind?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["LogSeal"][];
                        next: string | null;
                        may_check: boolean;
                    };
                };
            };
        };
    };
    checkLogSeal: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    kind: string;
                    /** @description of receipt */
                    day: string;
                };
            };
        };
        responses: {
            /** @description the job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            404: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    getLogSealProof: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
                kind: string;
                day: string;
                source: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description proof */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": unknown;
                };
            };
            404: components["responses"]["Problem"];
            422: components["responses"]["Problem"];
        };
    };
    listKeptLogs: {
        parameters: {
            query: {
                contract: components["parameters"]["contract"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["LogKept"][];
                        /** @description false: what is past its time does not go by itself */
                        drops: boolean;
                    };
                };
            };
        };
    };
}
