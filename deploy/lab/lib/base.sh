base_tree() { echo "${1/#cached//}"; }
