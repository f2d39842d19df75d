<% if who %>
hello [[ who | upper ]] {{ kept }}
<% endif %>
