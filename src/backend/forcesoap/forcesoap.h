/*
 * forcesoap: Salesforce through the Force.com SOAP API, partner WSDL (forcecom-soap.txt).
 */
#ifndef DOSSIER_BACKEND_FORCESOAP_FORCESOAP_H
#define DOSSIER_BACKEND_FORCESOAP_FORCESOAP_H

#include "backend/backend.h"

extern const struct backend_ops forcesoap_backend;

#endif
