declare namespace migrator {
  /** What a database has for its users and roles. Nothing of what these methods are given is printed or kept. */
  interface DatabaseMethods {
    /** Creates a user: `db.createUser({ user: 'app', pwd: env('APP_PASSWORD'), roles: ['readWrite'] })`. */
    createUser(user: UserDefinition, writeConcern?: WriteConcernChoice): Reply
    /** Changes what is given of a user; roles are replaced as a whole. */
    updateUser(name: string, changes: UserChanges, writeConcern?: WriteConcernChoice): Reply
    changeUserPassword(name: string, password: string, writeConcern?: WriteConcernChoice): Reply
    dropUser(name: string, writeConcern?: WriteConcernChoice): Reply
    /** @deprecated use `dropUser` */
    removeUser(name: string, writeConcern?: WriteConcernChoice): Reply
    /** Removes every user of this database. */
    dropAllUsers(options?: OperationOptions): Reply
    /** The user of that name, or null. */
    getUser(name: string, options?: UsersInfoOptions): Document | null
    /** The server's reply, with the users of this database. */
    getUsers(options?: UsersInfoOptions & { filter?: Document }): Reply & { users: Document[] }
    /** Gives a user roles beside those that it has. */
    grantRolesToUser(name: string, roles: readonly RoleChoice[], writeConcern?: WriteConcernChoice): Reply
    /** Takes roles away from a user. */
    revokeRolesFromUser(name: string, roles: readonly RoleChoice[], writeConcern?: WriteConcernChoice): Reply

    /** Creates a role: `db.createRole({ role: 'reader', privileges: [], roles: ['read'] })`. */
    createRole(role: RoleDefinition, writeConcern?: WriteConcernChoice): Reply
    /** Changes what is given of a role; privileges and roles are replaced as a whole. */
    updateRole(name: string, changes: RoleChanges, writeConcern?: WriteConcernChoice): Reply
    dropRole(name: string, writeConcern?: WriteConcernChoice): Reply
    /** Removes every role that was created in this database. */
    dropAllRoles(options?: OperationOptions): Reply
    /** The role of that name, or null. */
    getRole(name: string, options?: RolesInfoOptions): Document | null
    /** The server's reply, with the roles of this database. */
    getRoles(options?: RolesInfoOptions): Reply & { roles: Document[] }
    /** Gives a role what other roles may do. */
    grantRolesToRole(name: string, roles: readonly RoleChoice[], writeConcern?: WriteConcernChoice): Reply
    /** Takes roles away from a role. */
    revokeRolesFromRole(name: string, roles: readonly RoleChoice[], writeConcern?: WriteConcernChoice): Reply
    /** Gives a role privileges beside those that it has. */
    grantPrivilegesToRole(name: string, privileges: readonly Privilege[], writeConcern?: WriteConcernChoice): Reply
    /** Takes privileges away from a role. */
    revokePrivilegesFromRole(name: string, privileges: readonly Privilege[], writeConcern?: WriteConcernChoice): Reply
  }

  /** A write concern, or its `w` alone. */
  type WriteConcernChoice = WriteConcern | number | string

  /** A role of this database by its name, or one of another. */
  type RoleChoice = string | { role: string; db: string }

  /** What may be done on what: `{ resource: { db: 'app', collection: 'users' }, actions: ['find'] }`. */
  interface Privilege {
    resource: { db?: string; collection?: string; cluster?: boolean; anyResource?: boolean; [kind: string]: any }
    actions: readonly string[]
  }

  interface AuthenticationRestriction {
    clientSource?: readonly string[]
    serverAddress?: readonly string[]
  }

  interface UserChanges {
    pwd?: string
    roles?: readonly RoleChoice[]
    customData?: Document
    mechanisms?: readonly ('SCRAM-SHA-1' | 'SCRAM-SHA-256')[]
    authenticationRestrictions?: readonly AuthenticationRestriction[]
    digestPassword?: boolean
    writeConcern?: WriteConcern
    comment?: any
  }

  interface UserDefinition extends UserChanges {
    user: string
    roles: readonly RoleChoice[]
  }

  interface RoleChanges {
    privileges?: readonly Privilege[]
    roles?: readonly RoleChoice[]
    authenticationRestrictions?: readonly AuthenticationRestriction[]
    writeConcern?: WriteConcern
    comment?: any
  }

  interface RoleDefinition extends RoleChanges {
    role: string
    privileges: readonly Privilege[]
    roles: readonly RoleChoice[]
  }

  interface UsersInfoOptions {
    showCredentials?: boolean
    showCustomData?: boolean
    showPrivileges?: boolean
    showAuthenticationRestrictions?: boolean
    comment?: any
  }

  interface RolesInfoOptions {
    showPrivileges?: boolean | 'asUserFragment'
    showBuiltinRoles?: boolean
    showAuthenticationRestrictions?: boolean
    comment?: any
  }
}
