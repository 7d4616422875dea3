package node

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja"
)

// number(text, options, locale) is a number, given as JavaScript writes it. The options are those of
// Intl.NumberFormat, checked.
func (f formats) number(call goja.FunctionCall) goja.Value {
	o := numberFormat{f.in, call.Argument(1).ToObject(f.in.Runtime()), localeOf(call.Argument(2).String())}
	if o.locale == nil {
		o.locale = &locale{group: ",", point: ".", minus: "-", percent: "%"}
	}
	return f.in.Runtime().ToValue(o.format(call.Argument(0).String()))
}

type numberFormat struct {
	in      Interpreter
	options *goja.Object
	locale  *locale
}

func (n numberFormat) text(name string) string {
	if v := n.options.Get(name); v != nil && !goja.IsUndefined(v) {
		return v.String()
	}
	return ""
}

// digits is an option that counts, or a fallback.
func (n numberFormat) digits(name string, fallback int) int {
	if v := n.options.Get(name); v != nil && !goja.IsUndefined(v) {
		return int(v.ToInteger())
	}
	return fallback
}

func (n numberFormat) format(text string) string {
	negative := strings.HasPrefix(text, "-")
	text = strings.TrimPrefix(text, "-")
	body, zero := text, false
	switch text {
	case "NaN":
		negative, zero = false, true // it takes no sign, like a zero
	case "Infinity":
		body = "∞"
	default:
		d := parseDecimal(text)
		if n.text("style") == "percent" && !d.isZero() {
			d.point += 2
		}
		d = n.rounded(d)
		zero = d.isZero()
		body = n.grouped(d)
	}
	return n.sign(negative, zero) + n.dressed(body)
}

// sign is what stands before everything else.
func (n numberFormat) sign(negative, zero bool) string {
	switch display := n.text("signDisplay"); {
	case display == "never", display == "exceptZero" && zero:
		return ""
	case negative:
		return n.locale.minus
	case display == "always", display == "exceptZero":
		return "+"
	default:
		return ""
	}
}

// currencySymbol is that of a currency in en-US, or "" where it is written by its code.
func currencySymbol(code string) string {
	switch code {
	case "USD":
		return "$"
	case "EUR":
		return "€"
	case "GBP":
		return "£"
	case "JPY":
		return "¥"
	case "INR":
		return "₹"
	case "CNY":
		return "CN¥"
	case "KRW":
		return "₩"
	case "ILS":
		return "₪"
	case "VND":
		return "₫"
	case "PHP":
		return "₱"
	case "CAD", "NZD", "HKD":
		return code[:2] + "$"
	case "MXN":
		return "MX$"
	case "AUD":
		return "A$"
	case "BRL":
		return "R$"
	case "TWD":
		return "NT$"
	default:
		return ""
	}
}

// dressed adds the sign of a percentage or of a currency.
func (n numberFormat) dressed(body string) string {
	switch n.text("style") {
	case "percent":
		return body + n.locale.percent
	case "currency":
		code := strings.ToUpper(n.text("currency"))
		if n.locale.currencies != nil {
			return n.inCurrency(body, code)
		}
		if symbol := currencySymbol(code); symbol != "" && n.text("currencyDisplay") != "code" {
			return symbol + body
		}
		if body[0] < '0' || body[0] > '9' {
			return code + body
		}
		return code + "\u00a0" + body
	default:
		return body
	}
}

// inCurrency adds the symbol of a currency in a locale that is not en-US.
func (n numberFormat) inCurrency(body, code string) string {
	symbol := n.locale.currencies[code]
	if symbol == "" || n.text("currencyDisplay") != "" && n.text("currencyDisplay") != "symbol" {
		fail(n.in, "RangeError", "ERR_INVALID_ARG_VALUE",
			"the currency %s, so displayed, does not exist in scripts for this locale: there are %s",
			code, strings.Join(slices.Sorted(maps.Keys(n.locale.currencies)), ", "))
	}
	if n.locale.suffixed {
		return body + "\u00a0" + symbol
	}
	return symbol + body
}

// fractions are the least and the most digits behind the point.
func (n numberFormat) fractions() (least, most int) {
	least, most = 0, 3
	switch n.text("style") {
	case "percent":
		most = 0
	case "currency":
		least, most = 2, 2
		switch strings.ToUpper(n.text("currency")) {
		case "JPY", "KRW", "VND", "CLP", "ISK", "XAF", "XOF", "UGX", "PYG":
			least, most = 0, 0
		}
	}
	lowest, highest := n.digits("minimumFractionDigits", -1), n.digits("maximumFractionDigits", -1)
	switch {
	case lowest >= 0 && highest >= 0:
		return lowest, highest
	case lowest >= 0:
		return lowest, max(lowest, most)
	case highest >= 0:
		return min(least, highest), highest
	}
	return least, most
}

// rounded has the digits that are shown. Rounding is done on the digits that a person sees, so that 1.005 becomes
// 1.01.
func (n numberFormat) rounded(d decimal) decimal {
	least, most := n.digits("minimumSignificantDigits", 0), n.digits("maximumSignificantDigits", 0)
	if least > 0 || most > 0 {
		if most == 0 {
			most = 21
		}
		d = d.round(most)
		return d.padded(max(least, 1) - d.point)
	}
	least, most = n.fractions()
	return d.round(d.point + most).padded(least)
}

// grouped writes a number with separators between groups of three digits, unless that is not wanted.
func (n numberFormat) grouped(d decimal) string {
	whole, fraction := d.parts()
	if missing := n.digits("minimumIntegerDigits", 1) - len(whole); missing > 0 {
		whole = strings.Repeat("0", missing) + whole
	}
	if v := n.options.Get("useGrouping"); v == nil || goja.IsUndefined(v) || v.ToBoolean() {
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + n.locale.group + whole[i:]
		}
	}
	if fraction == "" {
		return whole
	}
	return whole + n.locale.point + fraction
}

// decimal is a number that is not negative: 0.DIGITS times ten to the power of point.
type decimal struct {
	digits string // without zeros at the start; those at the end are shown
	point  int
}

// parseDecimal reads a number as JavaScript writes it.
func parseDecimal(text string) decimal {
	mantissa, exponent, _ := strings.Cut(text, "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	point := len(whole)
	if exponent != "" {
		if shift, err := strconv.Atoi(exponent); err == nil {
			point += shift
		}
	}
	digits := strings.TrimLeft(whole+fraction, "0")
	point -= len(whole+fraction) - len(digits)
	digits = strings.TrimRight(digits, "0")
	if digits == "" {
		point = 0
	}
	return decimal{digits, point}
}

func (d decimal) isZero() bool { return strings.Trim(d.digits, "0") == "" }

// round keeps n digits, half of one away from zero.
func (d decimal) round(n int) decimal {
	if n >= len(d.digits) {
		return d
	}
	if n < 0 {
		return decimal{}
	}
	up := d.digits[n] >= '5'
	kept := []byte(d.digits[:n])
	for i := n - 1; up && i >= 0; i-- {
		if up = kept[i] == '9'; up {
			kept[i] = '0'
		} else {
			kept[i]++
		}
	}
	if up {
		return decimal{"1", d.point + 1}
	}
	digits := strings.TrimRight(string(kept), "0")
	if digits == "" {
		return decimal{}
	}
	return decimal{digits, d.point}
}

// padded has at least n digits behind the point.
func (d decimal) padded(n int) decimal {
	if d.digits == "" && n > 0 {
		return decimal{strings.Repeat("0", n), 0}
	}
	if missing := n - (len(d.digits) - d.point); n > 0 && missing > 0 {
		d.digits += strings.Repeat("0", missing)
	}
	return d
}

// parts are the digits before and behind the point.
func (d decimal) parts() (whole, fraction string) {
	switch {
	case d.point <= 0:
		return "0", strings.Repeat("0", -d.point) + d.digits
	case d.point >= len(d.digits):
		return d.digits + strings.Repeat("0", d.point-len(d.digits)), ""
	default:
		return d.digits[:d.point], d.digits[d.point:]
	}
}
