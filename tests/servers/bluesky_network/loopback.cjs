// The servers listen on every interface when given a bare port; here they stay on this machine.
'use strict'
const net = require('node:net')

const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (port, ...rest) {
  const bare = Number.isInteger(port) && typeof rest[0] !== 'string'
  return bare ? listen.call(this, port, '127.0.0.1', ...rest) : listen.call(this, port, ...rest)
}
