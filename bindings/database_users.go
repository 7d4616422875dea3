package bindings

import (
	"github.com/dop251/goja"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// userMethods are the methods of a database that work on its users and roles: each is a command of the server. None of
// what they are given is printed or kept.
func userMethods() table[*database] {
	return table[*database]{
		"createUser":               definition("createUser", "user"),
		"createRole":               definition("createRole", "role"),
		"updateUser":               change("updateUser", "the name of the user"),
		"updateRole":               change("updateRole", "the name of the role"),
		"changeUserPassword":       withList("updateUser", "pwd"),
		"dropUser":                 byName("dropUser"),
		"removeUser":               byName("dropUser"),
		"dropRole":                 byName("dropRole"),
		"dropAllUsers":             simpleCommand("dropAllUsersFromDatabase", Admin),
		"dropAllRoles":             simpleCommand("dropAllRolesFromDatabase", Admin),
		"grantRolesToUser":         withList("grantRolesToUser", "roles"),
		"revokeRolesFromUser":      withList("revokeRolesFromUser", "roles"),
		"grantRolesToRole":         withList("grantRolesToRole", "roles"),
		"revokeRolesFromRole":      withList("revokeRolesFromRole", "roles"),
		"grantPrivilegesToRole":    withList("grantPrivilegesToRole", "privileges"),
		"revokePrivilegesFromRole": withList("revokePrivilegesFromRole", "privileges"),
		"getUser":                  firstOf("usersInfo", "users"),
		"getRole":                  firstOf("rolesInfo", "roles"),
		"getUsers":                 allOf("usersInfo"),
		"getRoles":                 allOf("rolesInfo"),
	}
}

// definition is createUser({user: name, …}, writeConcern): the name becomes the value of the command.
func definition(command, named string) method[*database] {
	return func(d *database, a *args) goja.Value {
		o := a.optionsAt(0)
		name := o.text(named)
		if name == "" {
			a.fail("the definition has no %s", named)
		}
		return d.manage(a, o.appendRest(bson.D{{Key: command, Value: name}}), 1)
	}
}

// change is updateUser(name, {…}, writeConcern).
func change(command, what string) method[*database] {
	return func(d *database, a *args) goja.Value {
		name := a.text(0, what)
		return d.manage(a, a.optionsAt(1).appendRest(bson.D{{Key: command, Value: name}}), 2)
	}
}

func byName(command string) method[*database] {
	return func(d *database, a *args) goja.Value {
		return d.manage(a, bson.D{{Key: command, Value: a.text(0, "the name")}}, 1)
	}
}

// withList is grantRolesToUser(name, roles, writeConcern).
func withList(command, field string) method[*database] {
	return func(d *database, a *args) goja.Value {
		name := a.text(0, "the name")
		return d.manage(a, bson.D{{Key: command, Value: name}, {Key: field, Value: a.value(a.at(1), field)}}, 2)
	}
}

// manage sends a command with the write concern that stands at place i.
func (d *database) manage(a *args, c bson.D, i int) goja.Value {
	op := d.command(a, Admin, c)
	if a.given(i) {
		op.Concern.Write = a.writeConcernAt(i)
	}
	return d.reply(op)
}

// firstOf is getUser(name, options): the one of that name, or null.
func firstOf(command, field string) method[*database] {
	return func(d *database, a *args) goja.Value {
		c := a.optionsAt(1).appendRest(bson.D{{Key: command, Value: a.text(0, "the name")}})
		if found := stagesOf(d.s.do(d.command(a, Read, c)).Document.Lookup(field)); len(found) > 0 {
			return d.s.realm.Document(found[0])
		}
		return goja.Null()
	}
}

// allOf is getUsers(options): the reply of the server, as in today's shell.
func allOf(command string) method[*database] {
	return func(d *database, a *args) goja.Value {
		return d.reply(d.command(a, Read, a.optionsAt(0).appendRest(bson.D{{Key: command, Value: int32(1)}})))
	}
}
